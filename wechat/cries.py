"""Words by which somebody says that they want to die, that they are hurt or threatened, or that they want to hurt somebody, to
be answered at once.

What is answered in the chat: to the first templates/wechat/cry.txt, to the others `danger_text` and `rage_text` in
wechat/services/replies.py; where lessons are searched: _cry.html, _danger.html and _rage.html beside it.

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
_STRAINED = "[饿困冷热渴冻]"
# The last character of what may give way: a phone, a firm, eyelids.
_THINGS = "机池脑器架伞网司厂店板钱资车睛皮腰腿脚手胃"
_ADVERBS = "真的?|实在|快要?|就?要|已经|都|也|有点|一个人|再也"
# In simplified characters, without spaces and signs.
CHINESE = (
    # not to live
    r"不(?:想|愿|愿意)(?:要|再|继续)?活(?!动|跃|泼|捉|塞|儿|力|得|成|多|太多|在别人|在过去)|不要活了|buxianghuo(?!dong|yue)",
    r"(?:(?<![a-z])|(?<=wo)|(?<=xiang)|(?<=yao)|(?<=qu))zisha(?:le|ba)?(?![a-z])",
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
    r"跳下去(?:就|会)?(?:好了|没事了|解脱|一了百了|算了|什么都没)|^(?:我|就|也|真)*跳下去(?:了|吧|算了)?$|跳下去(?:会不?会?|就)死",
    r"从(?:楼顶|天台|阳台|窗户|窗口|屋顶)上?跳下去(?!的)",
    r"(?:想|要|去)上吊(?![车机钩装顶灯牌具臂带扇柜索环梁篮架])|(?:想|要)(?:喝农药|吃老鼠药|吃毒药)|安眠药\w{0,6}(?:死|不醒|解脱)",
    r"[吃吞]了?(?:一瓶|整瓶|半瓶|一盒|一把|很多|好多|几十\w)安眠药|吞了(?:一瓶|整瓶|半瓶|一把)药|(?:想要?|忍不住)(?:伤害|弄伤|割伤|割|杀了?|杀死|弄死)我?自己",
    # farewell
    r"永别(?!墅)|再见了(?:大家|各位|所有人|爸妈|妈妈?|爸爸?|老[公婆]|孩子|宝贝|亲人|家人)|再见了?(?:这个?)?世界|世界再见|下辈子再?见",
    # no way on
    rf"(?<!我)(?<!{_STRAINED}得)我们?(?:我|{_ADVERBS})*[撑扛]不住",
    rf"(?<![{_THINGS}的真在要就已经都也点人快我们])(?<!{_STRAINED}得)(?<![房架绳柱梯肚]子)(?:{_ADVERBS})+[撑扛]不住",
    r"^(?:拨?打)?12356$|[撑熬]不下去|(?:没有?|没了|少了)我(?:大家|你们|他们|家里|这个家)?(?:会|就|可能|都|也)*(?:过得)?(?:会)?更好",
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
# Somebody is beaten, threatened, abused or locked up. The same care: what is only a way of speaking is excepted beside its word.
_CALLED = "电话|短信|名字|手机|座机|号码?|微信|语音|视频|卡|账|帐|工资|钱|银行|支付宝|分|考勤|小报告|工号|招呼|折|车|针"
_WHOSE = "的|家|家里|一个?|这个?|那个?|新|老|厂里?|公司|班?组长|老公|老婆|妈|爸"
DANGER_CHINESE = (
    # beaten
    rf"(?<!工资)(?<!资没)(?<!费没)打(?:了|过|死|伤)?我(?!们?(?:{_WHOSE})*(?:{_CALLED}))(?<!打死我(?=[也都]))",
    r"(?:揍|踹|捅|殴打|掐住?|捶)(?:了|过|死)?我(?![们的]?(?:娄子|电|网|表))|砍我(?![们的]?(?:价|工资|单|奖|加班))",
    r"[扇抽]我(?:\w{0,2}(?:耳光|嘴巴|巴掌)|脸)|踢我(?!出|下线|进)|对我(?:动手(?!术|机|能|做|操)|拳打脚踢)",
    r"被(?!子|褥|罩|单|面)\w{0,5}(?:打|揍)(?:$|了(?!\w?[卡针折分包烊印扰断补]|电话|差评)|伤|骂|得|死|哭|怕|过|后|流血|住院|怎么|很|[我他她又])",
    r"(?:老公|丈夫|婆婆|公公|继父|后爸|后妈)[又总还经常老在要]{0,3}打(?:孩子|儿子|女儿|宝宝|娃|小孩|老婆)|有人(?:正?在)?打架",
    r"(?<![反大国全专人玩买卖])家暴(?![雨走富跌涨瘦晒风雪躁汗食露])|家庭暴力",
    # threatened
    r"(?:要|想|敢|会|说)\w{0,3}(?:杀|弄死|打死|砍死|捅死|搞死|掐死)(?:了|死|掉)?我(?![也都吧]|的?价)",
    r"(?:有人|他们?|她|老公|主管|老板|工友|舍友|室友)\w{0,3}要(?:杀|捅|砍)(?:人|[他她]|了)|持刀(?:砍|捅|伤|威胁|抢)",
    r"(?:有人|他们?|她|老公|工友|舍友|室友)\w{0,4}拿着?刀(?![片具架口模盘])|跟踪我(?!的?\w?[单快])|(?:被|有人)抢劫|被打劫",
    # abused
    r"强奸|强暴(?![雨风雪力晒光])|轮奸|迷奸|性侵(?![权蚀华入占吞略])|猥亵|性骚扰|逼我(?:卖淫|陪睡|上床|接客)|动手动脚",
    r"摸我的?(?:$|了|胸|屁股|大腿|下面|下体|私处|身)|脱我的?[衣裤]|偷拍\w{0,3}(?:洗澡|上厕所|换衣|裙)",
    # locked up
    r"(?<!道德)(?<!情感)(?<!感情)(?<!亲情)绑架|我被(?:人|他们?)?绑(?![定错到]|在?别人)|把我绑(?![定错到在])|人被绑(?![定错到])|绑[住着]我",
    r"(?:我|人)们?被(?!罚)\w{0,4}[关锁](?:起来|[在进住到](?!\w{0,5}外))|(?:把|将)我们?[关锁](?:起来|[在进到](?!\w{0,5}外))|关[着住]我",
    r"囚禁|软禁|非法拘禁|限制人身自由|拐卖|被拐(?![弯角着])|人贩子",
    # calling for help
    r"^救命+[啊呀]*$|救命啊|救救我|[快来]救我|我[要想]报警(?!器)|(?:帮我|帮忙)报警|^(?:拨?打)?(?:110|120)$",
)
_HURT = r"(?:hit|beat|rap|kick|stab|chok|strangl|molest|assault|grop|attack)"
DANGER_ENGLISH = (
    rf"{_HURT}(?:e?s|[bt]?ed|[bt]?ing)? me(?! (?:to|at|up|with|out|off|from|in)\b)",
    r"(?:want|wants|going|trying|threatens|threatened|threatening|gonna) (?:to )?(?:kill|hurt|hit|beat|rape|stab) (?:me|us)",
    r"i (?:was|am|got|have been|ive been|keep being) (?:raped|assaulted|beaten|attacked|kidnapped|molested|locked (?:up|in))",
    r"domestic violence|sexual (?:assault|harassment|abuse)|sexually (?:harassed|assaulted|abused)|rape[ds]?|call the police",
)
# Somebody wants to hurt somebody else.
_WHOM = "(?:那个?|这个?|我们?|我的)?(?:[他她]|主管|老板|[班组]长|经理|领导|老公|老婆|室友|舍友|工友|同事|婆婆)"
_WANT = "(?:我(?:真的?|好|就|都|现在|今天|一定|恨不得|忍不住|快)*(?:想要?|要去?|会)|恨不得|^想|^要)去?"
RAGE_CHINESE = (
    rf"{_WANT}(?:杀死?|弄死|捅死?|砍死?|打死|掐死|宰)(?:了|掉)?{_WHOM}(?!们?的?(?:价|单|奖|加班|工资|网)|也|都|不|个)",
    rf"^(?:杀|宰|捅|砍|弄死)(?:死|了|掉)+{_WHOM}(?:们|全家)?(?:算了)?$|^(?:我|真|好|就|恨不得)*(?:想|要)去?杀人了?$",
)
RAGE_ENGLISH = (
    r"i(?: am|m)? (?:just |really )?(?:want to|wanna|going to|gonna) (?:kill|stab) (?:him|her|them|somebody|someone|my boss)",
)
# Traditional characters of the words above, each before its simplified one.
_PAIRS = (
    "殺杀盡尽殘残縊缢輕轻尋寻見见開开遺遗書书著着沒没無无義义勁劲為为麼么嗎吗還还這这個个們们說说樓楼橋桥農农藥药結结斷断離离"
    "後后從从來来過过會会裡里裏里幾几願愿難难實实媽妈爺爷兒儿寶宝妳你誰谁別别乾干熱热餓饿氣气凍冻撐撑讓让對对覺觉軌轨"
    "傷伤脈脉圖图繼继續续動动機机鎖锁記记價价壓压膩腻強强姦奸綁绑關关賣卖報报騷骚擾扰臉脸話话電电號号帳帐毆殴"
)
_SIMPLIFIED = str.maketrans(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))
_CRY = (re.compile("|".join(CHINESE)), re.compile(rf"\b(?:{'|'.join(ENGLISH)})(?!\w)"))
_DANGER = (re.compile("|".join(DANGER_CHINESE)), re.compile(rf"\b(?:{'|'.join(DANGER_ENGLISH)})(?!\w)"))
_RAGE = (re.compile("|".join(RAGE_CHINESE)), re.compile(rf"\b(?:{'|'.join(RAGE_ENGLISH)})(?!\w)"))


def harm_said(text: str) -> tuple[str, str]:
    """("cry", "danger" or "rage", the language it is said in), or twice nothing. Who is beaten and wants to die cries: the
    answer to that names 110 as well."""
    for harm, patterns in (("cry", _CRY), ("danger", _DANGER), ("rage", _RAGE)):
        if language := _language(text, *patterns):
            return harm, language
    return "", ""


def cry_language(text: str) -> str:
    """The language in which these words say that somebody wants to die, as in settings.LANGUAGES; empty when they do not."""
    return _language(text, *_CRY)


def danger_language(text: str) -> str:
    """The same for being beaten, threatened, abused or locked up."""
    return _language(text, *_DANGER)


def rage_language(text: str) -> str:
    """The same for wanting to hurt somebody else."""
    return _language(text, *_RAGE)


def _language(text: str, chinese: re.Pattern[str], english: re.Pattern[str]) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLIFIED)
    if chinese.search("".join(filter(str.isalnum, plain))):
        return "zh-hans"
    words = re.sub(r"[^a-z]+", " ", re.sub(r"['’]", "", plain)).strip()
    return "en" if english.search(words) else ""
