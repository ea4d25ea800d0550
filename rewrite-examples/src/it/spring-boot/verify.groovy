String log = new File(basedir, "build.log").text
assert log.contains("patched picture: true")
assert log.contains("unknown patch: 404")
assert log.contains("long queue: 503")
assert log.contains("clients that went: 1")
assert log.contains("served after that: true")
