@echo off
rem Runs the rewrite command line; builds it first where it has not been built.
setlocal
set "HOME_DIR=%~dp0"
set "JAR=%HOME_DIR%rewrite-examples\target\rewrite.jar"
if not exist "%JAR%" (
    echo rewrite: building once 1>&2
    pushd "%HOME_DIR%"
    call "%HOME_DIR%mvnw.cmd" -B -ntp -q -DskipTests -pl rewrite-examples -am package 1>&2 || (popd & exit /b 1)
    popd
)
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" -Djava.awt.headless=true %REWRITE_OPTS% -jar "%JAR%" %*
exit /b %ERRORLEVEL%
