import json

from django.core.management.base import BaseCommand, CommandError

from config.demo import demo_info
from tenants.errors import DomainError


class Command(BaseCommand):
    help = "Print the demo's addresses, logins and WeChat credentials."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args, **options):
        try:
            info = demo_info()
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(info, ensure_ascii=False))
            return
        for name, entry in [("public", info["public"]), *((each["slug"], each) for each in info["factories"])]:
            login = entry.get("staff") or entry["admin"]
            self.stdout.write(f"{name}: {entry['url']}  {login['username']} / {login['password']}")
        for place in info["factories"]:
            for login in place["logins"]:
                self.stdout.write(f"{place['slug']}, role {login['role']}: {login['username']} / {login['password']}")
        people = [("public", info["ombudsmen"]), *((each["slug"], each["officers"]) for each in info["factories"])]
        for place, officers in people:
            for officer in officers:
                phrase = officer["passphrase"] or "not enrolled yet"
                self.stdout.write(
                    f"{place}, {officer['name']}: {officer['username']} / {officer['password']}  {phrase}"
                )
        self.stdout.write(f"simulator: {info['simulator']['url']}")
