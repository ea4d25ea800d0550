String log = new File(basedir, "build.log").text
assert log.contains("org.nd4j:nd4j-native")
