"""Make a checkout ready to run: virtual environment, packages, browser libraries.

    python3 tools/setup.py run     what `make demo` needs
    python3 tools/setup.py test    that, and what `make test` needs

Runs on the bare Python of a fresh machine, so it uses the standard library alone and no syntax
newer than Python 3.6: an old Python must be able to read it and say that it is too old.
What is missing is said in one sentence that names the mend.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, List, Optional, Tuple

OLDEST = (3, 11)
NEWEST_TRIED = (3, 13)
ROOT = Path(__file__).resolve().parents[1]
VENV = Path(os.environ.get("VENV", str(ROOT / ".venv")))
EXTRAS = {"run": "[osm]", "test": "[dev]"}
NETWORK_WORDS = ("Temporary failure in name resolution", "NewConnectionError", "Network is unreachable",
                 "No matching distribution", "Connection refused", "ENOTFOUND", "ECONNREFUSED",
                 "ETIMEDOUT", "EAI_AGAIN", "ReadTimeoutError", "ConnectTimeoutError", "ProxyError")  # fmt: skip


class Missing(Exception):
    """Something the machine lacks; the message says how to mend it."""


def version_of(python: str) -> Optional[Tuple[int, int]]:
    """Return (major, minor) of an interpreter, or None if it does not run."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        said = subprocess.check_output([python, "-c", code], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None
    major, minor = said.decode().strip().split(".")
    return int(major), int(minor)


def find_python() -> str:
    """Return an interpreter that is new enough."""
    named = os.environ.get("PYTHON")
    names = (
        [named] if named else [f"python3.{m}" for m in range(NEWEST_TRIED[1], OLDEST[1] - 1, -1)]
    )
    for name in [*names, sys.executable, "python3"]:
        path = shutil.which(name) if name else None
        version = version_of(path) if path else None
        if path and version and version >= OLDEST:
            return path
    wanted, found = "{}.{}".format(*OLDEST), "{}.{}".format(*sys.version_info[:2])
    raise Missing(
        f"需要 Python {wanted} 或更新版本，本机是 {found}。请安装（Debian/Ubuntu：apt install "
        f"python{wanted} python{wanted}-venv）后再运行一次；装在别处时用 make PYTHON=路径。"
    )


def run(command: List[str], what: str, timeout: int = 900) -> None:
    """Run a step quietly; on failure show its last lines and, for a dead network, the reason."""
    done = subprocess.Popen(
        command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        output = done.communicate(timeout=timeout)[0].decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        done.kill()
        raise Missing(f"{what} 超过 {timeout} 秒没有完成：请检查网络后再运行一次。") from None
    if done.returncode == 0:
        return
    sys.stderr.write("\n".join(output.splitlines()[-15:]) + "\n")
    if any(word in output for word in NETWORK_WORDS):
        raise Missing(
            f"{what} 失败：连不上软件源。请检查网络或代理（HTTPS_PROXY）后再运行一次；已下载的部分会保留。"
        )
    if "No space left" in output:
        raise Missing(f"{what} 失败：磁盘已满。请腾出至少 3 GB 后再运行一次。")
    raise Missing(f"{what} 失败，原因见上。改正后再运行一次。")


def make_environment() -> Path:
    """Create the virtual environment, or mend one that is broken."""
    python = VENV / "bin" / "python"
    if python.exists() and (version_of(str(python)) or (0, 0)) >= OLDEST:
        return python
    base = find_python()
    probe = [base, "-c", "import venv, ensurepip"]
    if subprocess.call(probe, stderr=subprocess.DEVNULL) != 0:
        raise Missing(
            "Python 缺少 venv 模块。Debian/Ubuntu 请运行：apt install python{}.{}-venv，再运行一次。".format(
                *(version_of(base) or OLDEST)
            )
        )
    if VENV.exists():
        shutil.rmtree(str(VENV))
    run([base, "-m", "venv", str(VENV)], "创建虚拟环境")
    return python


def fingerprint(*files: str) -> str:
    """Return a digest of the files that decide whether a step must run again."""
    digest = hashlib.sha256()
    for name in files:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def step(name: str, mark: str, action: Callable[[], None]) -> None:
    """Run `action` unless it ran before on the same inputs."""
    stamp = VENV / (".done-" + name)
    if stamp.exists() and stamp.read_text() == mark:
        return
    print("… " + name, flush=True)
    action()
    stamp.write_text(mark)


def install_packages(python: Path, purpose: str) -> None:
    """Install Anlan in place with the packages that `purpose` needs."""
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--editable", f".{EXTRAS[purpose]}"], "安装 Python 组件")


def install_libraries(python: Path) -> None:
    """Install the browser libraries with the system's npm or one from a wheel."""
    run([str(python), "tools/npm.py", "ci", "--no-progress"], "安装前端组件")


def main() -> int:
    """Set up for the purpose named on the command line."""
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if purpose not in EXTRAS:
        sys.stderr.write("usage: setup.py run|test\n")
        return 2
    try:
        python = make_environment()
        packages = fingerprint("pyproject.toml")
        ready_for_tests = VENV / ".done-packages-test"
        if not (
            purpose == "run"
            and ready_for_tests.exists()
            and ready_for_tests.read_text() == packages
        ):
            step("packages-" + purpose, packages, lambda: install_packages(python, purpose))
        libraries = fingerprint("package-lock.json")
        if not (ROOT / "node_modules").exists():
            (VENV / ".done-libraries").unlink() if (VENV / ".done-libraries").exists() else None
        step("libraries", libraries, lambda: install_libraries(python))
    except Missing as missing:
        sys.stderr.write(f"\n✗ {missing}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
