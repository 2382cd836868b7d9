"""The demo: three tenants, a roster each for two of them, an official account each at the simulator. Only with DEMO=1."""

import base64
import secrets
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django_tenants.utils import schema_context, tenant_context

from config import demo_people, demo_voice
from tenants.errors import DomainError
from tenants.models import Domain, Factory
from tenants.roles import FACTORY_ROLES, LINE_LEADER, OMBUDSMAN, OWNER, role_on
from tenants.services import factory_create
from wechat.models import Account
from wechat.services import account_create, menu_push, scene_create
from workers.management.commands.roster_sample import roster_sample
from workers.models import Worker
from workers.services import roster_import

STAFF_USERNAME = "ccrcsr"
ADMIN_USERNAME = "hr"
ENROLLED_SLUG = "sunrise"  # its officers have keys already
TIMEOUT_SECONDS = 10
# Sunrise's first employees are the people of the simulator's phone: 李娜 binds with 01001, the next with 01002, and so on;
# their phones end in 1001, 1002 ...
PHONE_OWNERS = [
    *[("李娜", "女"), ("王强", "男"), ("张敏", "女"), ("刘洋", "男")],
    *[("陈静", "女"), ("赵磊", "男"), ("周婷", "女"), ("吴刚", "男")],
]
# The one template message that every demo account has chosen in WeChat's console.
TEMPLATE = {
    "template_id": "TPL_notice_0000000000000000000000000000000",
    "title": "通知提醒",
    "content": "通知事项：{{thing1.DATA}}\n发布时间：{{time2.DATA}}\n说明：{{thing3.DATA}}",
}


class NoDemo(DomainError):
    code = "no_demo"


@dataclass(frozen=True)
class DemoFactory:
    slug: str
    name: str
    sector: str
    region: str
    account_name: str
    roster_rows: int  # 0: open enrolment, no roster
    scenes: tuple[tuple[str, str], ...]  # (code, where the poster hangs)


FACTORIES = [
    DemoFactory(
        "sunrise", "晨光电子厂", "电子", "广东", "晨光电子员工之家", 60, (("workshop-1", "一车间"), ("canteen", "食堂"))
    ),
    DemoFactory("lakeside", "湖畔服装厂", "服装", "湖北", "湖畔服装员工之家", 40, (("gate", "厂门口"),)),
    DemoFactory("wesupport", "WeSupport", "", "", "WeSupport", 0, (("training", "培训现场"),)),
]


def demo_load() -> None:
    """Make what is missing of the demo and tell the simulator its accounts. Running it again changes no data of anybody.

    Raises NoDemo outside of the demo.
    """
    _require_demo()
    with schema_context("public"):
        _admin_ensure(STAFF_USERNAME, is_superuser=True)
        for officer in demo_voice.OMBUDSMEN:
            _admin_ensure(officer.username, role=OMBUDSMAN)
        if not Factory.objects.exists():
            for plan in FACTORIES:
                _factory_make(plan)
        factories = list(Factory.objects.filter(slug__in=[plan.slug for plan in FACTORIES]).order_by("pk"))
    plans = {plan.slug: plan for plan in FACTORIES}
    for factory in factories:
        with tenant_context(factory):
            for role in FACTORY_ROLES:
                role_on(role.key)
            for officer in demo_voice.OFFICERS:
                _admin_ensure(officer.username, role=OWNER)
            if factory.slug == ENROLLED_SLUG:
                _people_ensure()
            account = _account_ensure(factory, plans[factory.slug])
            _simulator_tell(factory, account)
            _scenes_ensure(account, plans[factory.slug])
        demo_voice.voice_load(factory, is_enrolled=factory.slug == ENROLLED_SLUG)


def demo_info() -> dict[str, Any]:
    """Every address, login and WeChat credential of the demo, as `demo_info --json` prints it. Raises NoDemo."""
    _require_demo()
    with schema_context("public"):
        factories = list(Factory.objects.filter(slug__in=[plan.slug for plan in FACTORIES]).order_by("pk"))
        ombudsmen = [_officer_info(officer, is_enrolled=True) for officer in demo_voice.OMBUDSMEN]
    return {
        "public": {
            "url": _site(settings.BASE_DOMAIN),
            "staff": {"username": STAFF_USERNAME, "password": settings.DEMO_PASSWORD},
        },
        "ombudsmen": ombudsmen,
        "simulator": {"url": settings.SIMULATOR_URL},
        "factories": [_factory_info(factory) for factory in factories],
    }


def _factory_info(factory: Factory) -> dict[str, Any]:
    with tenant_context(factory):
        account = Account.objects.get(is_active=True)
        is_enrolled = factory.slug == ENROLLED_SLUG
        officers = [_officer_info(officer, is_enrolled=is_enrolled) for officer in demo_voice.OFFICERS]
        people = _people_info(factory)
    return {
        "slug": factory.slug,
        "url": _site(_host(factory)),
        "voice_url": _site(_host(factory, kind=Domain.Kind.VOICE)),
        "officers": officers,
        "people": people,
        "logins": _logins_info(factory),
        "admin": {"username": ADMIN_USERNAME, "password": settings.DEMO_PASSWORD},
        "wechat": {
            "appid": account.appid,
            "token": account.token,
            "encoding_aes_key": account.encoding_aes_key,
            "webhook_url": _webhook_url(factory, account),
        },
    }


def _people_info(factory: Factory) -> list[dict[str, str]]:
    """The people of the simulator's phone, with what they need to bind: on Sunrise's roster only."""
    if factory.slug != ENROLLED_SLUG:
        return []
    names = [name for name, _gender in PHONE_OWNERS]
    people = Worker.objects.employed().filter(name__in=names).order_by("employee_number")[: len(names)]
    known = ("employee_number", "name", "phone", "id_last_four")
    return [{fact: getattr(each, fact) for fact in known} for each in people]


def _card(person: dict[str, str]) -> str:
    return f"工号 {person['employee_number']}\n手机 {person['phone']}\n身份证后四位 {person['id_last_four']}"


def _require_demo() -> None:
    if not (settings.DEMO and settings.DEMO_PASSWORD):
        raise NoDemo("No demo runs here. Start it with: make run")


def _factory_make(plan: DemoFactory) -> None:
    factory = factory_create(
        slug=plan.slug,
        name=plan.name,
        admin_username=ADMIN_USERNAME,
        admin_password=settings.DEMO_PASSWORD,
        sector=plan.sector,
        region=plan.region,
        enrolment=Factory.Enrolment.ROSTER if plan.roster_rows else Factory.Enrolment.OPEN,
    )
    with tenant_context(factory):
        if plan.roster_rows and not Worker.objects.exists():
            named = PHONE_OWNERS if plan.slug == "sunrise" else []
            roster_import(content=roster_sample(rows=plan.roster_rows, seed=factory.pk, named=named))


def _admin_ensure(username: str, *, is_superuser: bool = False, role: str = "", name: str = "") -> User:
    """The demo's login opens with the present DEMO_PASSWORD, also after it was changed."""
    users = get_user_model().objects
    user = users.filter(username=username).first() or users.model(
        username=username, is_staff=True, is_superuser=is_superuser, first_name=name
    )
    if not user.check_password(settings.DEMO_PASSWORD):
        user.set_password(settings.DEMO_PASSWORD)
        user.save()
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def _people_ensure() -> None:
    demo_people.people_load(day_only={name for name, _gender in PHONE_OWNERS})
    for login in demo_people.LOGINS:
        user = _admin_ensure(login.username, role=login.role, name=login.name)
        if login.role == LINE_LEADER:
            demo_people.leader_link(user)


def _logins_info(factory: Factory) -> list[dict[str, str]]:
    """A login for each role that sees less than an owner: at Sunrise only."""
    if factory.slug != ENROLLED_SLUG:
        return []
    return [
        {"username": login.username, "password": settings.DEMO_PASSWORD, "role": login.role}
        for login in demo_people.LOGINS
    ]


def _officer_info(officer: demo_voice.DemoOfficer, *, is_enrolled: bool) -> dict[str, Any]:
    """A login, and the passphrase that opens the vault where the demo has enrolled them."""
    login = {"username": officer.username, "password": settings.DEMO_PASSWORD, "name": officer.name}
    return {**login, "passphrase": demo_voice.passphrase_of(officer) if is_enrolled else None}


def _account_ensure(factory: Factory, plan: DemoFactory) -> Account:
    return Account.objects.filter(is_active=True).first() or account_create(
        name=plan.account_name,
        appid=f"wx{secrets.token_hex(8)}",
        original_id=f"gh_{secrets.token_hex(6)}",
        app_secret=secrets.token_hex(16),
        token=secrets.token_hex(12),
        encoding_aes_key=_aes_key(),
        template_ids={"default": TEMPLATE["template_id"]},
    )


def _aes_key() -> str:
    """43 characters that are 32 bytes in base64 without its "="."""
    return base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def _simulator_tell(factory: Factory, account: Account) -> None:
    """What an administrator types into WeChat's console."""
    answer = requests.put(
        f"{settings.SIMULATOR_URL}/accounts/{account.appid}",
        json={
            "name": account.name,
            "original_id": account.original_id,
            "secret": account.app_secret,
            "token": account.token,
            "encoding_aes_key": account.encoding_aes_key,
            "mode": account.mode,
            "webhook_url": _webhook_url(factory, account),
            "oauth_domains": [_host(factory)],
            "templates": [TEMPLATE],
            "cards": {each["name"]: _card(each) for each in _people_info(factory)},
        },
        timeout=TIMEOUT_SECONDS,
    )
    answer.raise_for_status()


def _scenes_ensure(account: Account, plan: DemoFactory) -> None:
    menu_push(account=account)
    for code, title in plan.scenes:
        scene_create(account=account, code=code, title=title)


def _host(factory: Factory, *, kind: Any = Domain.Kind.WEB) -> str:
    with schema_context("public"):
        return factory.domains.filter(kind=kind).order_by("-is_primary").values_list("domain", flat=True)[0]


def _site(host: str) -> str:
    return f"{settings.SITE_SCHEME}://{host}{settings.SITE_PORT}"


def _webhook_url(factory: Factory, account: Account) -> str:
    return f"{_site(_host(factory))}/wechat/{account.uuid}/"
