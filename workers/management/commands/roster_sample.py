"""A roster of people who do not exist, to try the import with. The same seed gives the same people."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from django.core.management.base import BaseCommand

from workers import widgets
from workers.formats import sheet_bytes

HEADINGS = [heading for heading in widgets.HEADINGS if heading not in (widgets.SHIFT, widgets.LEFT)]
WIDTHS = {widgets.NUMBER: 9, widgets.NAME: 10, widgets.GENDER: 6, widgets.PHONE: 14, widgets.LEADS: 8}
TODAY = date(2026, 11, 1)
FIRST_NUMBER = 1001

# Surname and how many of a thousand bear it; the rest is spread over the rarer ones.
COMMON = {"王": 72, "李": 72, "张": 68, "刘": 54, "陈": 45, "杨": 31, "黄": 22, "赵": 21, "吴": 20, "周": 20, "徐": 15}
RARER = (
    "孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚钟姜崔谭陆"
    "范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤单仇"
)
FEMALE = "芳娜敏静丽艳娟霞燕玲桂英秀兰红梅雪琴春花小凤巧云晓慧婷玉洁佳怡倩美琳欣月珍丹彩菊莲香青素"
MALE = "伟强磊军勇涛明超刚平辉鹏华飞建国志文斌波海林龙宇浩杰俊峰永亮东成家豪振民立新天宝金水大海"
WORKSHOPS = {"一车间": ["A线", "B线", "C线"], "二车间": ["A线", "B线"], "三车间": ["包装线", "测试线"]}
HOMES = [
    "湖南衡阳",
    "湖南邵阳",
    "四川达州",
    "河南周口",
    "广西玉林",
    "贵州毕节",
    "江西赣州",
    "湖北荆州",
    "广东茂名",
    "云南昭通",
]
OFFICES = {"人力资源部": ["人事专员", "培训专员"], "品质部": ["品检员", "品质工程师"], "仓储部": ["仓管员", "叉车司机"]}


class Command(BaseCommand):
    help = "Write an .xlsx roster of made-up employees."

    def add_arguments(self, parser):
        parser.add_argument("--rows", type=int, default=60)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *, rows, seed, out, **options):
        out.write_bytes(roster_sample(rows=rows, seed=seed))
        self.stdout.write(f"{out}: {rows}")


def roster_sample(*, rows: int, seed: int = 1, named: Sequence[tuple[str, str]] = ()) -> bytes:
    """An .xlsx with the headings of the import and `rows` believable employees, whose names are drawn by lot.

    named: (name, 女 or 男) of the first ones, where somebody has to be on the roster.
    """
    people = sample_rows(rows=rows, seed=seed)
    for person, (name, gender) in zip(people, named, strict=False):
        person[1:3] = name, gender
    return sheet_bytes(headings=HEADINGS, rows=people, widths=[WIDTHS.get(heading, 12) for heading in HEADINGS])


def sample_rows(*, rows: int, seed: int = 1) -> list[list[str]]:
    """The cells below the headings, as text."""
    lot = random.Random(seed)
    return [_person(lot, FIRST_NUMBER + index) for index in range(rows)]


def _person(lot: random.Random, number: int) -> list[str]:
    is_female = lot.random() < 0.52
    age_days = int(lot.triangular(16.2 * 365, 55 * 365, 29 * 365))
    born = TODAY - timedelta(days=age_days)
    since_sixteen = (TODAY - born.replace(day=min(born.day, 28), year=born.year + 16)).days - 3  # born on the 31st
    hired = TODAY - timedelta(days=int(min(lot.expovariate(1 / 700) + 5, since_sixteen)))
    department, workshop, line, position = _place(lot)
    cells = {
        widgets.NUMBER: f"{number:05d}",
        widgets.NAME: _name(lot, FEMALE if is_female else MALE),
        widgets.GENDER: "女" if is_female else "男",
        widgets.BIRTH: born.isoformat(),
        widgets.DEPARTMENT: department,
        widgets.WORKSHOP: workshop,
        widgets.LINE: line,
        widgets.POSITION: position,
        widgets.HIRED: hired.isoformat(),
        widgets.PHONE: f"1{lot.choice('3578')}{lot.randrange(10):d}0000{number % 10_000:04d}",
        widgets.LEADS: "是" if position == "班组长" else "否",
        widgets.ID_CARD: f"{lot.randrange(1000):03d}{lot.choice('0123456789X')}",
        widgets.EDUCATION: lot.choices(list(widgets.EDUCATION_NAMES.values()), weights=[8, 45, 35, 12])[0],
        widgets.HOME: lot.choice(HOMES),
    }
    return [cells[heading] for heading in HEADINGS]


def _name(lot: random.Random, given: str) -> str:
    draw = lot.randrange(1000)
    surname = lot.choice(RARER)
    for common, share in COMMON.items():
        draw -= share
        if draw < 0:
            surname = common
            break
    return surname + "".join(lot.sample(given, 1 if lot.random() < 0.25 else 2))


def _place(lot: random.Random) -> tuple[str, str, str, str]:
    if lot.random() < 0.12:
        department = lot.choice(list(OFFICES))
        return department, "", "", lot.choice(OFFICES[department])
    workshop = lot.choice(list(WORKSHOPS))
    line = lot.choice(WORKSHOPS[workshop])
    position = "班组长" if lot.random() < 0.08 else lot.choice(["操作工", "操作工", "操作工", "质检员", "物料员"])
    return "生产部", workshop, line, position
