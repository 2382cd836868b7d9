"""The simulator as a program beside the tests: WeChat over real HTTP."""

import subprocess
import sys
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]


class Simulator:
    """Its addresses as methods. `account` is what was registered last."""

    def __init__(self, url: str):
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False

    def ask(self, method: str, address: str, /, **body):
        answer = self.http.request(method, self.url + address, json=body or None, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def register(self, account, *, webhook_url: str = "http://127.0.0.1:9/nowhere/", **more) -> None:
        self.ask(
            "PUT",
            f"/accounts/{account.appid}",
            name=account.name,
            original_id=account.original_id,
            secret=account.app_secret,
            token=account.token,
            encoding_aes_key=account.encoding_aes_key,
            mode=account.mode,
            webhook_url=webhook_url,
            oauth_domains=["sunrise.wesupport.test", "lakeside.wesupport.test"],
            **more,
        )

    def person(self, appid: str, name: str = "李娜") -> str:
        """A new person's openid in the account."""
        return self.ask("POST", "/people", name=name)["openids"][appid]

    def phone(self, openid: str, action: str, **body):
        return self.ask("POST", f"/phone/{openid}/{action}?wait=0", **body)

    def inbox(self, openid: str) -> list[dict]:
        return self.ask("GET", f"/phone/{openid}/inbox")

    def state(self, appid: str) -> dict:
        return self.ask("GET", f"/accounts/{appid}/state")

    def fault(self, path: str, **what) -> None:
        self.ask("POST", "/faults", path=path, **what)


def simulator_start(folder: Path) -> tuple[subprocess.Popen, Simulator]:
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--port", "0", "--data", str(folder), "--retry-seconds", "0.2"],
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
    for _ in range(100):
        if "WeChat simulator on " in (text := log.read_text()):
            return process, Simulator(text.split("WeChat simulator on ")[1].split()[0])
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    raise AssertionError(log.read_text())
