String log = new File(basedir, "build.log").text
assert log.contains("sum of the product: 8")
