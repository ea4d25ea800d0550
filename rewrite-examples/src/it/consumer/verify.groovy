String log = new File(basedir, "build.log").text
assert log.contains("low-rank/levenberg-marquardt of layer5, rank 16")
assert log.contains("new images")
assert new File(basedir, "target/moustache.safetensors").length() > 1000
assert new File(basedir, "target/after.png").length() > 10000
