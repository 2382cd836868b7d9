"""Words by which somebody says that they want to die, to be answered at once. What is answered: templates/wechat/cry.txt.

Where the choice comes from: what the library's own lessons teach to take seriously (“Stress”, “Signs of distress”, “Looking
after yourself”), the signs that public health offices warn of (speaking of death or of being gone, seeing no sense in living,
planning it), and how people say so in everyday Chinese and English. We are no clinicians: somebody trained in crisis help
should review words, exceptions, answer and lessons, once a year with the telephone numbers (lessons/library/README.md).
There are studied dictionaries to compare with (Lv and others, PeerJ 3:e1455, 2015).

When in doubt it is a cry: a kind answer too many does less harm than one too few. But whoever gets it for “I die of laughter”
will not believe it on the day it is meant; what is only a way of speaking is excepted beside its word. A line that is changed
here is a sentence more in tests/wechat/test_cries.py.
"""

import re
import unicodedata
from uuid import UUID

# Lessons of the library that help, the best first; those that name the help line come before others.
LESSONS = (UUID("d4193d42-5c04-44eb-a22f-8928166332d4"), UUID("19f92022-74d8-416b-b584-271cff522db9"))

_MISSED = (
    "[你您我他她它咱俺]|大家|家人|老[婆公家]|爸爸?|妈妈?|爸妈|爷爷|奶奶|外婆|孩子|宝[宝贝]|儿子|女儿|闺女|娃|家里?"
)
_LIFE = "世界|世上|世间|人世|人间"
# In simplified characters, without spaces and signs.
CHINESE = (
    # not to live
    r"不(?:想|愿|愿意)(?:要|再|继续)?活(?!动|跃|泼|捉|塞|儿|力|得|成|多|太多|在别人|在过去)|不要活了|buxianghuo(?!dong|yue)",
    rf"不想(?:再)?(?:待|呆|留)?在(?:这个?)?(?:{_LIFE})",
    r"活不下去|没有?活路|(?<![你干农重粗生])活(?:够|腻)了",
    r"活(?:着|下去)[也都还又真的好太]*(?:没有?|毫?无|有(?=[什啥何]))(?:什么|啥|何|任何|一点)?(?:意思|意义|劲|盼头|奔头|希望|用)",
    r"活着(?:也|都|真的|真|好|太|这么|那么|实在|就是|只是)*(?:累|苦|痛苦|难受|受罪|折磨|煎熬)",
    r"活着(?:是|到底|究竟)*(?:干嘛|干什么|干啥|为了?什么|为了?啥|图什么|图啥)|为(?:什么|啥)(?:要|还要|还)?活着",
    r"(?:没有?|找不到|失去了?)(?:继续)?活(?:着|下去)?的?(?:意义|理由|动力|勇气|希望|力气)",
    r"没有?(?:勇气|力气)(?:再|继续)?活(?!动)|人生(?:真|好)?(?:没有?|毫?无)(?:什么|任何)?(?:意思|意义)",
    # to die
    rf"(?<![不你您谁别思])想(?:要|去)?死(?![机锁记理磕守盯])(?!(?:{_MISSED})们?[了啦])|woxiangsi(?!nian|kao)",
    r"(?:我|真想|好想|只想)去死(?![磕机])|(?:不如|干脆|只有|只能)去?死(?![机锁记守等磕扛盯板亡者角])|一死了之|生不如死",
    r"(?<![热饿困渴冻笑撑气辣忙])死(?:了|掉)?(?:算了|拉倒)|死\w{0,3}(?:一了百了|解脱)|想解脱了|死掉就好",
    r"(?:要是|如果|等)我死|我死了?(?:以后|之后|后|就好|算|没人|谁|也没|大家)",
    r"(?<![亲独各])自(?:杀(?!式|毒|菌)|尽|鲨|残(?!疾|障|联)|缢)|自我了断|(?<!年)轻生|寻死|寻短见|想不开(?=$|了|的|怎|就|做|又|啊|吗|呢|想)|遗书|想紫砂(?![壶茶杯锅泥])",
    r"(?:结束|了结|了断)掉?(?:我|自己|我自己)?的?(?:生命|性命|此生|一生)|(?:结束|了结|了断)掉?我?自己(?!的)|想结束这?一切",
    rf"(?:想|要|不如)离开(?:这个?)?(?:{_LIFE})|想(?:从(?:这个?)?(?:{_LIFE})上?|彻底|永远)?消失",
    r"(?:再也|永远)(?:不|别)(?:想|要|用|会)?再?醒|(?:不(?:想|要)|别)再醒|一睡不醒|一觉不醒",
    # how
    r"跳楼(?![价机大甩清促处])|(?:想|要|去|不如|从楼上|从桥上)跳(?:河|江|海|桥|下去)|割腕|割脉|卧轨",
    r"(?:想|要|去)上吊(?![车机钩装顶灯牌具臂带扇柜索环梁篮架])|(?:想|要)(?:喝农药|吃老鼠药|吃毒药)|安眠药\w{0,6}(?:死|不醒|解脱)",
    r"[吃吞]了?(?:一瓶|整瓶|半瓶|一盒|一把|很多|好多|几十\w)安眠药|吞了(?:一瓶|整瓶|半瓶|一把)药|(?:想要?|忍不住)(?:伤害|弄伤|割伤|割|杀了?|杀死|弄死)我?自己",
    # no way on
    r"[撑熬]不下去|(?:没有?|没了|少了)我(?:大家|你们|他们|家里|这个家)?(?:会|就|可能|都|也)*(?:过得)?(?:会)?更好",
)
# In small letters, words parted by one space, without apostrophes.
ENGLISH = (
    r"suicid(?:e|al)|(?:kill|killing|hang|hanging|harm|harming) (?:myself|my self)|want(?:ed)? to (?:cut|hurt) myself",
    r"(?:want to|wanted to|wanna|rather|ready to) (?:just )?(?:die|be dead)(?! (?:cast|cut|mold|mould|set)\w*)",
    r"wish i (?:was|were) (?:dead|never born)|better off (?:dead|without me)|no reason to live|not worth living",
    r"(?:end|ending|take|taking) my (?:own )?life(?! back)|(?:end|ending) it all",
    r"(?:dont|do not|cant|cannot) (?:want to |wanna )?(?:live|be alive|exist|go on living)(?: anymore| any more| like this)?$",
    r"(?:dont|do not) (?:want to|wanna) (?:live|be alive|be here|exist|wake up) (?:any ?more|any longer|ever again)",
)
# Traditional characters of the words above, each before its simplified one.
_PAIRS = (
    "殺杀盡尽殘残縊缢輕轻尋寻見见開开遺遗書书著着沒没無无義义勁劲為为麼么嗎吗還还這这個个們们說说樓楼橋桥農农藥药結结斷断離离"
    "後后從从來来過过會会裡里裏里幾几願愿難难實实媽妈爺爷兒儿寶宝妳你誰谁別别乾干熱热餓饿氣气凍冻撐撑讓让對对覺觉軌轨"
    "傷伤脈脉圖图繼继續续動动機机鎖锁記记價价壓压膩腻"
)
_SIMPLIFIED = str.maketrans(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))
_CHINESE = re.compile("|".join(CHINESE))
_ENGLISH = re.compile(rf"\b(?:{'|'.join(ENGLISH)})(?!\w)")


def cry_language(text: str) -> str:
    """The language in which these words cry for help, as in settings.LANGUAGES; empty when they do not."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLIFIED)
    if _CHINESE.search("".join(filter(str.isalnum, plain))):
        return "zh-hans"
    words = re.sub(r"[^a-z]+", " ", re.sub(r"['’]", "", plain)).strip()
    return "en" if _ENGLISH.search(words) else ""
