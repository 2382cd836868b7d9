"""Words by which somebody says that they want to die ("cry"), that they are hurt, threatened, harassed or kept ("danger"), that
they want to hurt somebody ("rage"), or that their heart is heavy ("low"), to be answered at once.

What is answered in the chat: to the first templates/wechat/cry.txt, to the others `danger_text`, `rage_text` and `low_text` in
wechat/services/replies.py; where lessons are searched: _cry.html, _danger.html, _rage.html and _low.html beside it.

Where the choice comes from: what the library's own lessons teach to take seriously (“Stress”, “Signs of distress”, “Looking
after yourself”), the signs that public health offices warn of (speaking of death or of being gone, seeing no sense in living,
planning it), and how people say so in everyday Chinese and English. We are no clinicians: somebody trained in crisis help
should review words, exceptions, answer and lessons, once a year with the telephone numbers (lessons/library/README.md).
There are studied dictionaries to compare with (Lv and others, PeerJ 3:e1455, 2015).

When in doubt it is a cry: a kind answer too many does less harm than one too few. But whoever gets it for “I die of laughter”
will not believe it on the day it is meant; what is only a way of speaking is excepted beside its word. A line that is changed
here is a sentence more in tests/wechat/test_harm_heard.py.
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
# What whole messages begin with before the word that counts.
_SELF = "(?:我|真的?|好|很|太|就|只|都|也|快|要|想|早点|干脆|不如|现在|已经|实在|求)*"
_SLEEPY = "(?!了?(?:太|好|真|要|想|快)*(?:[饿困冷热渴笑]|睡觉))"
_FOOD = (
    rf"(?:(?:{_MISSED})的?\w{{0,3}}的?(?:[饭菜面汤粥肉]|火锅|味道|手艺)|[吃喝](?![不了药农毒老安百敌])\w{{1,4}})[了啦]$"
)
_HIGH = "(?:天台|楼顶|顶楼|房顶|屋顶|窗台)"
# In simplified characters, without spaces and signs. What is repeated without end takes all it can (*+): a message of one word
# a hundred times must not keep the process busy.
CHINESE = (
    # not to live
    r"不(?:想|愿|愿意)(?:要|再|继续)?活(?!动|跃|泼|捉|塞|儿|力|得|成|多|太多|在别人|在过去)|不要活了|buxianghuo(?!dong|yue)",
    r"(?:(?<![a-z])|(?<=wo)|(?<=xiang)|(?<=yao)|(?<=qu))zisha(?:le|ba)?(?![a-z])",
    r"(?<![养救种存激盘干复做花草树鱼活])不活了(?!吗)|(?<![鱼花苗草树虾菌虫猫狗鸡干这])活不了(?![解结断多])",
    r"(?:没有?|毫无)(?:什么|啥)?(?:意思|意义|必要)(?:再|继续|地|的)*活(?:着|下去)",
    rf"不想(?:再)?(?:待|呆|留)?在(?:这个?)?(?:{_LIFE})",
    r"活不下去|没有?活路|(?<![你干农重粗生])活(?:够|腻)了",
    r"活(?:着|下去)[也都还又真的好太]*(?:没有?|毫?无|有(?=[什啥何]))(?:什么|啥|何|任何|一点)?(?:意思|意义|劲|盼头|奔头|希望|用)",
    r"活着(?:也|都|真的|真|好|太|这么|那么|实在|就是|只是)*(?:累|苦|痛苦|难受|受罪|折磨|煎熬)",
    r"(?<!不想)活得(?:真的?|好|太|很|这么|那么|实在)*(?:累|苦|痛苦|没意思|没劲|绝望|窝囊)",
    r"活着(?:是|到底|究竟)*(?:干嘛|干什么|干啥|为了?什么|为了?啥|图什么|图啥)|为(?:什么|啥)(?:要|还要|还)?活着",
    r"(?:没有?|找不到|失去了?)(?:继续)?活(?:着|下去)?的?(?:意义|理由|动力|勇气|希望|力气)",
    r"没有?(?:勇气|力气)(?:再|继续)?活(?!动)|人生(?:真|好)?(?:没有?|毫?无)(?:什么|任何)?(?:意思|意义)",
    # to die
    rf"(?<![不你您谁别思])想(?:要|去)?死(?![机锁记理磕守盯]|海(?!里))(?!(?:{_MISSED})们?[了啦]|你们?$|{_FOOD})",
    r"woxiangsi(?!nian|kao)",
    r"(?:我|真想|好想|只想)去死(?![磕机]|海(?!里))|(?:不如|干脆|只有|只能)去?死(?![机锁记守等磕扛盯板亡者角])|一死了之",
    r"生不如死",
    r"(?<![热饿困渴冻笑撑气辣忙])死(?:了|掉)?(?:算了|拉倒)|死\w{0,3}(?:一了百了|解脱)|死掉就好|恨不得去?死(?![你他])",
    r"让我去?死(?![机心])",
    r"(?<![热饿困渴冻笑撑气辣忙鱼虫鼠鸡猪草机花])(?<!蚊子)死了(?:就(?:好|不用|没事|解脱|清净|不[累疼痛苦])|该?多好)",
    rf"^{_SELF}(?:解脱|一了百了)(?:了|吧|啊|算了|多好|就好)?$|(?:^|[我好真只就])想(?:要|早点|快点|彻底|赶紧)*解脱(?!疲)",
    r"让我解脱",
    r"生无可恋(?!的?表情|脸)",
    r"(?:要是|如果|等)我死|我死了?(?:以后|之后|后|就好|算|没人|谁|也没|大家)",
    r"(?<![亲独各])自(?:杀(?!式|毒|菌)|尽|鲨|残(?!疾|障|联)|缢)|自我了断|(?<!年)轻生|寻死|寻短见",
    r"想不开(?=$|了|的|怎|就|做|又|啊|吗|呢|想)|遗书",
    r"(?:结束|了结|了断)掉?(?:我|自己|我自己)?的?(?:生命|性命|此生|一生)|(?:结束|了结|了断)掉?我?自己(?!的)",
    r"[想要]结束这?一切(?!的?(?:加班|工作|争|误|噪))",
    rf"(?:想|要|不如)离开(?:这个?)?(?:{_LIFE})(?![杯级])",
    rf"想(?:从(?:这个?)?(?:{_LIFE})上?|彻底|永远)?消失(?!一[天会下周阵段]|[几两半]天)",
    r"(?:再也|永远)(?:不|别)(?:想|要|用|会)?再?醒|(?:不(?:想|要)|别)再醒|一睡不醒|一觉不醒",
    r"睡(?:着|过去|下去?|死)?了?(?:以?后|之后|就)*(?:不要|不想|不用|别|永远不|再也不)(?:再|想|要|会)*醒",
    r"永远睡(?:过去|着|下去)|睡过去(?:就好|算了)",
    rf"^{_SELF}不想再?醒(?:来|过来)?了?$|希望\w{{0,4}}不要?再?醒|^{_SELF}了结了?(?:吧|算了)?$",
    # the same as it is spelt where the words are blocked
    r"想[噶嘎](?!嘎|蹦)|想亖|想鼠(?![标片疫])|(?:^|想|要)紫砂(?![壶茶杯锅泥])|(?<![a-z])kys(?![a-z])",
    # how
    r"跳楼(?![价机大甩清促处])|(?:想|要|去|不如|从楼上|从桥上)跳(?:河|江|海|桥|下去)(?!里?[游洗抓捉玩])|割腕|割脉|卧轨",
    r"跳下去(?:就|会)?(?:好了|没事了|解脱|一了百了|算了|什么都没)|^(?:我|就|也|真)*跳下去(?:了|吧|算了)?$",
    r"跳下去(?:会不?会?|就)死",
    r"从(?:楼顶|天台|阳台|窗户|窗口|屋顶)上?跳下去(?!的)",
    r"(?:想|要|去)上吊(?![车机钩装顶灯牌具臂带扇柜索环梁篮架])|(?:想|要)(?:喝农药|吃老鼠药|吃毒药)",
    r"安眠药\w{0,6}(?:死|不醒|解脱)",
    r"想[吃喝吞]\w{0,3}药\w{0,2}(?:死|自尽)(?![鱼虫鼠老蟑蚊])|我\w{0,3}[喝吃吞]了\w{0,3}(?:农药|毒药|老鼠药|百草枯|敌敌畏)",
    r"我(?:又|就|会|总|老|经常|天天|忍不住|想|要)*(?:[用拿]\w{1,4})?[割划](?:伤|破)?[了过着]?我?自己",
    rf"^(?:我|现在|正|已经|一个人|就|爬|走|来|跑)*[在站坐上到]+了?{_HIGH}[上边边缘外面的了]*$",
    rf"[站坐]在(?:{_HIGH}|桥|河边|江边)\w{{0,3}}(?:想|要|准备)跳(?!舞|绳|广场)",
    r"[吃吞]了?(?:一瓶|整瓶|半瓶|一盒|一把|很多|好多|几十\w)安眠药|吞了(?:一瓶|整瓶|半瓶|一把)药",
    r"(?:想要?|忍不住)(?:伤害|弄伤|割伤|割|杀了?|杀死|弄死)我?自己",
    r"[我想要]割(?:了|破)?手腕|想吃安眠药|把\w{0,2}安眠药\w{0,3}[吃吞]|[吃吞]了(?:几十|[一两几]?[十百])\w?[片粒颗]",
    r"想喝药(?:$|了|自|死)",
    rf"^{_SELF}(?:去|上|爬上|爬到)了?{_HIGH}了?$|在{_HIGH}\w{{0,3}}不想下",
    # farewell
    r"永别(?!墅|了?我?的?(?:假|周末|奖金|工资|手机|加班|工?厂))",
    r"再见了(?:大家|各位|所有人|爸妈|妈妈?|爸爸?|老[公婆]|孩子|宝贝|亲人|家人)(?!\w{0,4}(?:辞职|离职|[上下]班|放假|过年|换厂|换工作|调岗))",
    r"再见了?(?:这个?)?世界|世界再见|下辈子再?见",
    # no way on
    rf"(?<!我)(?<!{_STRAINED}得)我们?(?:我|{_ADVERBS})*+[撑扛熬]不住{_SLEEPY}",
    rf"^(?:{_ADVERBS})*+(?:[撑扛熬]|坚持)不(?:住|下去)了?$",
    rf"(?<!我)我们?(?:我|{_ADVERBS})*+坚持不(?:住|下去)(?!学|跑|运动|锻炼|减|健身|吃|早起|读|看书|练)",
    rf"(?<![{_THINGS}的真在要就已经都也点人快我们])(?<!{_STRAINED}得)(?<![房架绳柱梯肚]子)(?:{_ADVERBS})++[撑扛]不住{_SLEEPY}",
    r"(?<![令让]人)(?<![不别])(?<!不要)绝望(?!的?主妇)|心如死灰",
    rf"^{_SELF}(?:看不到|没有?|失去)(?:任何|一点|了)*希望了?$|^{_SELF}不想再?坚持(?:下去)?了?$",
    # nobody needs me
    r"我(?:真的?|就|只|觉得|感觉|自己|也)*(?:是|成了)(?:家里|大家|别人|[他你]们|孩子|家人|一?个|所有人|的)*(?:累赘|拖累|多余|废物|负担)(?!家|吗|不|得)",
    r"没有?人(?:会|真的?|再)*(?:在乎|关心|爱|需要|想)我(?!们?的?(?:工资|意见|电|手机|单|要|想|说|去|来|加班))",
    r"^(?:拨?打)?12356$|[撑熬扛]不下去",
    r"(?:没有?|没了|少了)我(?:大家|你们|他们|家里|这个家)?(?:会|就|可能|都|也)*(?:过得)?(?:会)?更好",
)
# In small letters, words parted by one space, without apostrophes.
ENGLISH = (
    r"suicid(?:e|al)|(?:kill|killing|hang|hanging|harm|harming) (?:myself|my self)|want(?:ed)? to (?:cut|hurt) myself",
    r"(?:want to|wanted to|wanna|rather|ready to) (?:just )?(?:die|be dead)(?! (?:cast|cut|mold|mould|set)\w*)",
    r"wish i (?:was|were) (?:dead|never born)|better off (?:dead|without me)|no reason to live|not worth living",
    r"(?:end|ending|take|taking) my (?:own )?life(?! back)|(?:end|ending) it all",
    r"(?:dont|do not|cant|cannot) (?:want to |wanna )?(?:live|be alive|exist|go on living)(?: anymore| any more| like this)?$",
    r"(?:dont|do not) (?:want to|wanna) (?:live|be alive|be here|exist|wake up) (?:any ?more|any longer|ever again)",
    r"i(?: am|m)? (?:feel |feeling )?(?:so |just |completely |totally )*(?:hopeless|worthless)|^hopeless$",
    r"i(?: am|m) (?:just )?a burden",
    r"(?:nobody|no one) (?:cares about|loves|needs) me|kys|jump off (?:the|a) (?:roof|building|bridge)|overdose",
    r"life (?:is meaningless|has no meaning)|(?:have no|lost all) hope|want to disappear",
    r"took (?:all the|all my|too many) pills",
    r"i (?:cant|cannot) (?:take it|go on|do this)(?: any ?more)?$|(?:cut|cutting) myself on purpose",
)
# Somebody is beaten, threatened, harassed, abused or kept. What is only a way of speaking is excepted beside its word.
_CALLED = (
    "电话|短信|名字|手机|座机|号码?|微信|语音|视频|卡|账|帐|工资|钱|银行"
    "|支付宝|分|考勤|小报告|工号|招呼|折|车|针|球|疫苗|绩效|工卡|饭"
)
_KIN = "老公|老婆|丈夫|孩子|儿子|女儿|娃|婆婆|公公|妈|爸"
_AT_HOME = (
    "(?:老公|丈夫|爱人|对象|男朋?友|婆婆|公公|继父|后爸|后妈|爸爸?)"
    r"(?:一?喝\w{0,2}[酒醉]了?|酒后|又|总|还|经常|老|在|要|就|会|爱|天天)*+"
)
_ABOVE = "主管|班长|组长|领导|老板|经理|同事|工友|师傅|保安|男的|他"
_PAPERS = "身份证|证件|护照|户口本"
_WHOSE = "的|家|家里|一个?|这个?|那个?|新|老|厂里?|公司|班?组长|老公|老婆|妈|爸"
DANGER_CHINESE = (
    # beaten
    rf"(?<!工资)(?<!资没)(?<!费没)打(?:了|过|死|伤)?我(?!们?(?:{_WHOSE})*(?:{_CALLED}))(?<!打死我(?=[也都]))(?!(?:(?<=^想打我)|(?<=[我好真]想打我))(?:{_KIN}))(?!\w{{0,4}}主意)",
    r"(?:揍|踹|捅|殴打|掐住?|捶)(?:了|过|死)?我(?![们的]?(?:娄子|电|网|表))|砍我(?![们的]?(?:价|工资|单|奖|加班))",
    r"把我打(?:[得伤死]|成(?!不|差|[a-z]))|给了?我\w{0,2}(?:耳光|嘴巴子|巴掌)",
    r"[扇抽][了过]?我(?:\w{0,2}(?:耳光|嘴巴|巴掌)|脸)|踢我(?!出|下线|进)|对我(?:动手(?!术|机|能|做|操)|拳打脚踢)",
    r"(?<!游戏)(?<!游戏[里中])(?<!游戏里我)被(?!子|褥|罩|单|面)\w{0,5}(?:打|揍)(?:$|了(?!\w?[卡针折分包烊印扰断补]|电话|差评|\w{0,2}疫苗)|伤|骂|得|死|哭|怕|过|后|流血|住院|怎么|很|[我他她又])",
    rf"{_AT_HOME}(?:打(?:孩子|儿子|女儿|宝宝|娃|小孩|老婆|妈妈?|我妈|人)|动手(?![术机能做操帮修干洗煮装给]))",
    r"有人(?:正?在)?打架",
    r"(?<![反大国全专人玩买卖])家暴(?![雨走富跌涨瘦晒风雪躁汗食露])|家庭暴力",
    r"把我[按摁压拖拽](?:[在到进去])|把我推倒|推倒我",
    r"被(?![子褥])\w{0,4}(?:踢|踹|扇|掐|摸|下药|威胁|恐吓|强吻)(?:$|了(?!\w?[群线])|我|过|屁|胸|大腿)",
    rf"(?:{_ABOVE})\w{{0,5}}(?:搂|强吻|(?<![父母])亲|(?<!拥)抱|扇|烫|砸|威胁|恐吓)[了过着住]?我(?!孩|娃|儿|女|家|大腿)",
    # threatened
    r"[想要]害我(?!羞|加班|迟到|们?[扣被赔])|敲诈我|勒索我|裸照",
    r"[要说]\w{0,2}报复我(?!吗)|[跟和与]我们?同归于尽",
    r"(?:要|想|敢|会|说)\w{0,3}(?:杀|弄死|打死|砍死|捅死|搞死|掐死)(?:了|死|掉)?我(?![也都吧]|的?价)",
    r"(?:有人|他们?|她|老公|主管|老板|工友|舍友|室友)\w{0,3}要(?:杀|捅|砍)(?:人(?!诛心|游戏)|[他她](?!们?的)|了)",
    r"持刀(?:砍|捅|伤|威胁|抢)",
    r"(?:有人|他们?|她|老公|工友|舍友|室友)\w{0,4}拿着?刀(?![片具架口模盘切削剁裁刻修]|做饭|在切|杀[鸡鱼])",
    r"跟踪我(?!的?\w?[单快])|(?:被|有人)抢劫|被打劫",
    # harassed, forced, abused
    r"(?<!电话)(?<!短信)(?<!推销)(?<!广告)(?<!蚊子)骚扰[了过着]?我(?!们?的?(?:电话|手机|邮箱))",
    r"被(?!\w{0,4}(?:电话|推销|广告|短信))\w{0,5}骚扰(?!电话|短信)",
    rf"(?:{_ABOVE})\w{{0,2}}摸[了过着]?我(?!们?的?(?:鱼|底|手机|工具|机器))|偷拍[了过]?我(?!们?的?[屏作])|被\w{{0,4}}偷拍",
    r"强迫[了过]?我(?!们?(?:加班|买|学|吃|换|签|交|转|参加|早起|跑|写|看|听|去))",
    r"强奸|强暴(?![雨风雪力晒光])|轮奸|迷奸|性侵(?![权蚀华入占吞略])|猥亵|性骚扰",
    r"逼我(?:$|卖|陪|上床|接客|喝酒|脱|拍|还钱)|要我陪\w{0,3}睡|偷看\w{0,2}(?:洗澡|上厕所|换衣)|动手动脚",
    r"摸我的?(?:$|了|胸|屁股|大腿|下面|下体|私处|身)|脱我的?[衣裤]|偷拍\w{0,3}(?:洗澡|上厕所|换衣|裙)",
    # locked up
    r"(?<!道德)(?<!情感)(?<!感情)(?<!亲情)绑架(?!的?电影)|我被(?:人|他们?)?绑(?![定错到]|在?别人)|把我绑(?![定错到在])",
    r"人被绑(?![定错到])|绑[住着]我",
    r"(?:我|人)们?被(?!罚|打卡|系统|门禁)\w{0,4}[关锁](?:起来|[在进住到](?!\w{0,5}外))",
    r"(?:把|将)我们?[关锁](?:起来|[在进到](?!\w{0,5}外))|关[着住]我",
    r"囚禁|软禁|非法拘禁|限制人身自由|拐卖|被拐(?![弯角着])|人贩子",
    r"(?<!门禁)(?<!机器)不[让准许给]我们?(?:出[门去](?!吃|玩|买)|走(?![后前]门|[楼这那动路电捷流账]|程序)|离开(?![座岗工]位|机|产线)|出厂(?![价日])|出宿舍|回家(?!过|吃|休))",
    r"被(?:人|他们?|老乡|朋友|网友|中介)*[骗卖](?:到|去|来|进)(?!\w{0,2}[账手钱期群块元万千百])",
    r"被\w{0,4}骗\w{0,3}(?:缅甸|柬埔寨|金三角|国外|境外|传销)",
    r"[门我人]被\w{0,3}锁\w{0,4}出不[去来]|^我被\w{0,2}卖了$|[关骗困]\w{0,2}传销",
    # papers kept
    rf"(?:{_PAPERS})\w{{0,3}}(?:被\w{{0,4}}(?:扣|没收|收走|收了|拿走|押)|不还我|收走了)",
    rf"(?:收走|拿走|扣[下了着住]*)我们?的?(?:{_PAPERS})|(?:没收|扣[留押]|不还)了?(?:我们?)?的?(?:{_PAPERS})",
    # calling for help
    r"^(?:救命+[啊呀]*)+$|救命啊(?!\w{0,3}(?:笑|可爱|好吃|好看|尴尬|太美))|救救我|[快来]救我",
    r"^(?:谁|有人|有没有人|人|能|可以|求|你|请|帮|来|快|吗)*救我(?!的|一命|了|于|家?[狗猫])|^sos+$|我[要想]报警(?!器)",
    r"(?:帮我|帮忙)报警|^(?:拨?打)?(?:110|120)$",
)
_HURT = r"(?:hit|beat|rap|kick|stab|chok|strangl|molest|assault|grop|attack)"
_THEY = "(?:he|she|they|boss|supervisor|manager|leader|coworker|colleague|husband|guy|man|somebody|someone)"
DANGER_ENGLISH = (
    rf"{_HURT}(?:e?s|[bt]?ed|[bt]?ing)? me(?! (?:to|at|up|with|out|off|from|in)\b)",
    r"(?:want|wants|going|trying|threatens|threatened|threatening|gonna) (?:to )?(?:kill|hurt|hit|beat|rape|stab) (?:me|us)",
    r"i (?:was|am|got|have been|ive been|keep being) (?:raped|assaulted|beaten|attacked|kidnapped|molested|locked (?:up|in))",
    r"^(?:please |somebody |someone )*help me(?: please| now)?$|harass(?:e[sd]|ing)? me(?! with)|kidnapped me",
    rf"{_THEY} (?:\w+ )?(?:touch(?:e[sd]|ing)|forces?|forced|threatens?|threatened|grabs|grabbed) (?:me|my)",
    r"locked (?:me|us) (?:in|up)|^(?:please )?save me$",
    r"(?:took|keeps|kept|holds|withholds|they keep|they hold) my (?:passport|id|id card|documents|papers)",
    r"(?:wont|doesnt|does not|will not) let me (?:leave|out|go)(?! early| to\b| on\b)",
    r"domestic violence|sexual (?:assault|harassment|abuse)|sexually (?:harassed|assaulted|abused)|rape[ds]?|call the police",
)
# Somebody wants to hurt somebody else.
_WHOM = "(?:那个?|这个?|我们?|我的)?(?:[他她]|主管|老板|[班组]长|经理|领导|老公|老婆|室友|舍友|工友|同事|婆婆)"
_WANT = "(?:我(?:真的?|好|就|都|现在|今天|一定|恨不得|忍不住|快)*(?:想要?|要去?|会)|恨不得|^想|^要)去?"
RAGE_CHINESE = (
    rf"{_WANT}(?:杀[死光]?|弄死|捅死?|砍死?|打死|掐死|宰)(?:了|掉)?{_WHOM}(?!们?的?(?:价|单|奖|加班|工资|网|锐气|威风|气焰)|也|都|不|个)",
    rf"^(?:杀|宰|捅|砍|弄死)(?:死|了|掉)+{_WHOM}(?:们|全家)?(?:算了)?$|^(?:我|真|好|就|恨不得)*(?:想|要)去?[杀砍捅]人了?$",
    rf"{_WANT}[打揍]一?顿?(?:{_WHOM}|人)(?:们|一顿|了)?$|(?<!人)(?<![他她])(?<!不)[想要去]放火(?!腿)|同归于尽",
    rf"(?:^|[想要去])报复社会|{_WANT}[跟和找与]{_WHOM}拼(?:命|了)",
    r"(?<![人他她])[想要去](?:炸|放?火?烧|毁|砸)[了掉死光毁平]*(?:这个?|那个?|整个|[你他她]们?|我们)?的?(?:工?厂|公司|车间|宿舍|学校|商场|办公室|主管|老板|全家)",
    rf"(?<![人他她])[想要去]报复(?:公司|工?厂|[你他她]|{_WHOM})",
)
RAGE_ENGLISH = (
    r"i(?: am|m)? (?:just |really )?(?:want to|wanna|going to|gonna) (?:kill|stab) (?:him|her|them|somebody|someone|my boss)",
    r"(?:want to|wanna|going to|gonna) (?:burn|blow)(?: down| up)? (?:the|this) (?:factory|plant|place|dorm\w*)",
)
# A heavy heart: no danger is spoken of. Machines crash, and children that do not sleep are what a lesson is looked for.
LOW_CHINESE = (
    r"抑郁|焦虑|(?<!系统)(?<!电脑)(?<!软件)(?<!手机)(?<!程序)(?<!机器)(?<!网站)(?<!笑到)崩溃",
    r"(?<!孩子)(?<!宝宝)(?<![娃儿])(?:睡不着|失眠)",
)
LOW_ENGLISH = (
    r"^depressed$|(?:am|im|feel|feeling|so|very|get|getting|been) depressed|depression|anxiety|insomnia",
    r"i (?:cant|cannot|can not) sleep|(?:having a|mental|nervous) breakdown",
)
# Traditional characters of the words above, each before its simplified one.
_PAIRS = (
    "殺杀盡尽殘残縊缢輕轻尋寻見见開开遺遗書书著着沒没無无義义勁劲為为麼么嗎吗還还這这個个們们說说樓楼橋桥農农藥药結结斷断離离"
    "後后從从來来過过會会裡里裏里幾几願愿難难實实媽妈爺爷兒儿寶宝妳你誰谁別别乾干熱热餓饿氣气凍冻撐撑讓让對对覺觉軌轨"
    "傷伤證证護护戶户絕绝給给組组長长頂顶復复鬱郁潰溃慮虑燒烧廠厂師师領领導导經经準准許许緬缅騙骗贅赘廢废負负擔担愛爱"
    "脈脉圖图繼继續续動动機机鎖锁記记價价壓压膩腻強强姦奸綁绑關关賣卖報报騷骚擾扰臉脸話话電电號号帳帐毆殴"
)
_SIMPLIFIED = str.maketrans(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))
_CRY = (re.compile("|".join(CHINESE)), re.compile(rf"\b(?:{'|'.join(ENGLISH)})(?!\w)"))
_DANGER = (re.compile("|".join(DANGER_CHINESE)), re.compile(rf"\b(?:{'|'.join(DANGER_ENGLISH)})(?!\w)"))
_RAGE = (re.compile("|".join(RAGE_CHINESE)), re.compile(rf"\b(?:{'|'.join(RAGE_ENGLISH)})(?!\w)"))
_LOW = (re.compile("|".join(LOW_CHINESE)), re.compile(rf"\b(?:{'|'.join(LOW_ENGLISH)})(?!\w)"))


def harm_said(text: str) -> tuple[str, str]:
    """("cry", "danger", "rage" or "low", the language it is said in), or twice nothing. Who is beaten and wants to die cries:
    the answer to that names 110 as well."""
    for harm, patterns in (("cry", _CRY), ("danger", _DANGER), ("rage", _RAGE), ("low", _LOW)):
        if language := _language(text, *patterns):
            return harm, language
    return "", ""


def cry_language(text: str) -> str:
    """The language in which these words say that somebody wants to die, as in settings.LANGUAGES; empty when they do not."""
    return _language(text, *_CRY)


def danger_language(text: str) -> str:
    """The same for being beaten, threatened, harassed, abused or kept."""
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
