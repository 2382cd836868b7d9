"""Which words are a cry for help or tell of violence, and which are only a way of speaking."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from wechat.cries import cry_language, danger_language, harm_said, rage_language

CRIES = [
    "我不想活了", "不想活了", "不想再活下去", "真的不想活着", "我也不想活", "不愿意活下去了", "我不要活了",
    "不 想 活 了", "不.想.活.了", "不~想…活，了。", "不想\n活了", "我不想活了😭😭", "ｗo 不想活了", "bu xiang huo le",
    "室友说他不想活了", "活着没意思", "活着真没意思", "活着有什么意思", "活着还有什么意义", "人活着没什么意思",
    "活下去没有意义", "活着真没劲", "活着毫无意义", "活着好累", "活着太痛苦了", "活着为了什么", "不知道为什么活着",
    "活着干嘛", "找不到活着的意义", "没有活下去的理由", "没勇气活下去", "人生没有意义", "活不下去了", "我活够了",
    "我活腻了", "活膩了", "没有活路了", "不想在这个世界上了", "想死", "我想死", "好想死", "我想死了", "想去死",
    "真的想死了算了", "有想死的念头", "我想死，我受不了了", "想，死", "我好想死啊怎么办", "让我去死", "不如死了",
    "还不如死了好", "干脆死了算了", "死了算了", "一死了之", "死了一了百了", "死了就解脱了", "生不如死",
    "要是我死了就好了", "我死了以后孩子怎么办", "如果我死了", "自杀", "我想自杀", "怎么自杀不疼", "自 殺", "自殺",
    "想自尽", "想轻生", "輕生", "我想不开了", "他想不开怎么办", "写好遗书了", "想结束生命", "結束自己的生命",
    "想结束自己", "了断自己", "想结束这一切", "想离开这个世界", "想離開這個世界", "我想消失", "好想永远消失",
    "再也不想醒来", "一睡不醒就好了", "想跳楼", "我要跳楼", "去跳河", "从楼上跳下去", "想割腕", "想上吊", "想喝农药",
    "吃安眠药能死吗", "我吃了一瓶安眠药", "我想伤害自己", "忍不住伤害自己", "撑不下去了", "熬不下去了",
    "没有我大家会更好", "我不想活了。" + "今天又被骂，" * 60, "還是不想活着", "活著沒意思", "活著好累",
    "我想死。別管我", "我快撑不住了", "真的撑不住了", "我真的撑不住了", "实在撑不住了", "我一个人撑不住了",
    "天天被骂，真的快撑不住了", "我快撐不住了", "快扛不住了", "跳下去就好了", "跳下去就解脱了", "zi sha", "zisha", "想zisha",
    "wo xiang zi sha", "再见了大家", "再见了，妈妈", "再见了这个世界", "永别了", "下辈子再见", "12356",
    "跳下去", "我跳下去了", "就跳下去吧", "跳下去会死吗", "从天台跳下去", "我要从窗户跳下去",
]  # fmt: skip
ENGLISH_CRIES = [
    "I want to die", "i just want to die", "I wanna die", "I want to kill myself", "KILL MYSELF", "suicide",
    "I am suicidal", "I don't want to live anymore", "I don’t want to live any more", "dont want to live",
    "I can't go on living like this", "I wish I was dead", "better off dead", "no reason to live",
    "life is not worth living", "I want to end my life", "end it all", "I want to hurt myself", "i  want... to, die!",
    "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
]  # fmt: skip
HARMLESS = [
    "年轻生孩子好吗", "思想死板", "各自尽力", "亲自杀鸡", "来自残疾人家庭", "只有死亡才赔吗", "没力气活动", "感冒吃了很多药",
    "心肺复苏能救命吗", "累死了", "今天累死我了", "笑死我了", "笑死", "热死了", "热死算了", "手机没电要死了",
    "饿死了", "困死了", "烦死了", "气死我了", "吓死我了", "疼死了", "急死人了", "忙死了", "我要死了热死了",
    "打死也不去", "死机了怎么办", "电脑想死机", "手机还是死机", "死记硬背", "只能死记硬背", "想死你了",
    "我想死你们了", "想死我了", "想死妈妈了", "想死孩子了啦", "想死家里了", "我不想死", "你想死啊", "别想死",
    "谁想死", "不想活动", "今天不想活动", "今天不想，活太多", "不想干活了", "不想上班了", "不想活得太累",
    "不想活在别人的眼光里", "干活够了", "农活够忙的", "生活够用吗", "生活费", "活着真好", "活着有意思", "活着有盼头",
    "活着就有希望", "生活没意思", "怎么活动手腕", "活动室几点开", "你活腻了", "工伤死亡怎么赔", "死亡赔偿金",
    "农药中毒怎么急救", "农药怎么保存", "安眠药有副作用吗", "孩子睡不醒", "早上不想醒来", "吊车操作",
    "上吊车要戴安全帽", "去上吊装课", "跳楼价", "跳楼机好玩吗", "跳楼大甩卖", "跳绳", "想去跳舞", "想不开心的事",
    "我想不开车去", "不要想不开心的事", "自动", "自杀式袭击", "自然", "杀菌", "结束自己的加班", "合同结束",
    "我想离开工厂", "离开这个公司", "痘痘怎么消失", "想让斑彻底消失", "用刀会割伤自己吗", "手割伤了", "怎么照顾自己",
    "加班坚持不下去", "压力大", "睡不着", "孩子", "第3课", "睡觉", "吃药后能喝酒吗", "吃了很多",
    "想吃药膳", "遗传病", "绑定", "你好", "", "   ", "。。。", "😭", "想紫砂壶", "鱼死了怎么办", "蚊子死了",
    "死了多少人", "我死党来了", "解脱疲劳的办法", "I want to diet", "die casting", "I want to die cast parts",
    "I don't want to live in the dormitory", "do not want to live far away", "dead battery", "I'm dying of heat",
    "kill the power first", "how to live healthier", "I cut myself at the machine", "take my life back",
    "手机撑不住了", "电池撑不住", "手机真的快撑不住了", "我手机快撑不住了", "我的电池快要撑不住了", "困得我快撑不住了",
    "饿得真的撑不住了", "公司快撑不住了", "房子快撑不住了", "眼皮真的撑不住了", "伞撑不开", "孩子从沙发跳下去",
    "跳下去会受伤吗", "quiz is hard", "zi sha hu", "zishahu", "再见", "大家再见", "再见了", "再见大家", "明天再见", "永别墅区",
    "跳下去的时候要弯膝盖", "别跳下去", "从车上跳下去的方法", "跳下去拿", "叉车司机跳下去了", "台阶能跳下去吗",
    "I can't live without my phone", "hang my coat", "sleep", "lesson 3", "hello",
]  # fmt: skip

DANGERS = [
    "主管打我", "老公打我", "老公又打了我", "他打我怎么办", "老公打我和孩子", "他用棍子打我", "被打了", "我被主管打了",
    "被老公打", "孩子被打怎么办", "被人打伤", "他揍我", "他踢我", "他扇我耳光", "他掐我脖子", "拿刀砍我", "对我动手",
    "老公对我拳打脚踢", "老公打孩子", "有人打架", "家暴", "我被家暴了", "遭到家庭暴力", "有人要杀我", "他说要打死我",
    "他威胁要弄死我", "他要杀了我全家", "有人要杀人", "有人拿刀", "有人持刀伤人", "有人跟踪我", "有人抢劫", "强奸",
    "我被强奸了", "強姦", "被性侵了", "被性骚扰", "性騷擾", "猥亵", "主管摸我", "他摸我屁股", "他脱我衣服", "主管动手动脚",
    "逼我陪睡", "偷拍我洗澡", "我被绑了", "被绑架", "我被綁架了", "他把我绑起来了", "有人被绑在车上", "我被关起来了",
    "我被關在房间里", "老板把我锁在宿舍", "他关着我", "非法拘禁", "限制人身自由", "我被拐卖了", "人贩子", "救命", "救命啊",
    "救救我", "我要报警", "帮我报警", "110", "打110", "120", "打 死 我", "打.我", "家 暴", "被打，我很怕",
]  # fmt: skip
ENGLISH_DANGERS = [
    "he hits me", "my husband beats me", "my supervisor hit me", "he is hitting me", "he raped me", "I was raped",
    "he grabbed and stabbed me", "he wants to kill me", "threatened to hurt me", "I'm trapped, I was locked up",
    "domestic violence", "sexual harassment", "sexually assaulted", "call the police", "He BEAT me!",
]  # fmt: skip
NO_DANGERS = [
    "打我电话", "打我手机", "请打我的电话", "打我这个号码", "怎么没人打我电话", "打我家里电话", "打我微信语音",
    "怎么打我们班组长的电话", "打我一个电话", "什么时候把工资打我", "加班费没打我", "工资打我卡上", "工资还没打我卡",
    "打我账上", "打我小报告", "打卡", "忘记打卡", "打卡机坏了", "被打卡机拍到", "给我打针", "打针疼吗", "被叫去打针",
    "被叫去打了针", "被打扰", "别被打扰", "被打断", "被打湿", "被子打湿了", "被打印出来", "被罚款打了卡", "被扣钱打了折",
    "被打开了", "被评委打了高分", "主管打电话", "主管打电话骂人", "给主管打电话", "老板打招呼", "打扫卫生", "打包", "打饭",
    "打工", "打螺丝", "打死也不去", "打死我也不信", "忍不住打孩子", "打孩子对吗", "孩子爱打人", "跟孩子打闹", "打架怎么处分",
    "杀毒软件", "杀价", "老板要杀我的价", "杀菌", "杀了我吧", "笑死我了", "累死我了", "热死我了", "砍我工资", "砍我的加班费",
    "踢我出群", "掐我网", "捅我娄子", "暴雨", "大家暴走", "国家暴雨预警", "全家暴瘦", "反家暴法", "拿刀具", "拿刀片",
    "切纸刀怎么用", "手持刀具安全", "跟踪我的订单", "被抢红包", "名额被抢了", "强暴雨", "一次性侵权赔偿", "腐蚀性侵蚀",
    "摸我头", "摸鱼", "对我动手术", "绑定", "工号被绑了", "我的工号被别人绑了", "我被绑定到别人工号", "我被绑到别人的工号上",
    "微信被绑定了", "解绑", "把我绑在别人工号上", "道德绑架", "被道德绑架", "机器被关了", "把机器关掉", "灯被关了",
    "我被关注了", "关我什么事", "不关我事", "我被锁在门外了", "我被关在宿舍外面", "门锁坏了", "关机", "关怀", "关注我",
    "机器报警", "设备报警了怎么办", "报警器响了", "机器要报警", "心肺复苏能救命吗", "救命药", "急救", "被拐弯的车撞", "拐角",
    "骚扰电话", "推销电话骚扰我", "投诉", "工资没发", "没钱吃饭了", "不让我辞职", "压力大", "孩子", "第3课", "11", "1101", "",
    "   ", "。。。", "hit me up", "he beat me to it", "beat me at chess", "they kicked me out", "I am tied up at work",
    "this heat kills me", "the machine was locked", "locked out of my account", "grape juice", "drape", "scrape", "hello",
    "help", "sleep",
]  # fmt: skip

RAGES = [
    "我要杀了他", "我想杀了她", "我要杀了主管", "我真的想弄死他", "我恨不得杀了他", "恨不得捅死那个主管",
    "我忍不住想打死他", "想杀了他",
    "我要砍死他", "我要去捅了他", "我想殺了他", "杀了他", "我想杀人", "要杀人了", "我 要 杀 了 他！", "我要杀了他全家",
    "我要宰了老板",
]  # fmt: skip
ENGLISH_RAGES = ["I want to kill him", "I'm gonna kill her", "i want to stab my boss", "I wanna kill them all"]
NO_RAGES = [
    "我要打死蚊子", "我想杀价", "我要砍他的价", "我要砍他价", "我不想杀他", "我要杀菌", "我想杀鸡", "我要杀毒",
    "我想玩狼人杀", "杀人游戏",
    "我要打死他也不承认", "杀了我吧", "打死她也不说", "我要掐他网", "我会打死结", "怎么杀虫", "我要打他电话",
    "我想打电话", "我想宰客怎么举报",
    "我要他", "孩子说要打死怪兽", "I want to kill time", "I want to kill myself", "this could kill him",
    "kill the power", "", "第3课",
]  # fmt: skip


@pytest.mark.parametrize("words", CRIES)
def test_a_cry_is_heard(words):
    assert cry_language(words) == "zh-hans"


@pytest.mark.parametrize("words", ENGLISH_CRIES)
def test_a_cry_in_english_is_answered_in_english(words):
    assert cry_language(words) == "en"


@pytest.mark.parametrize("words", HARMLESS)
def test_a_way_of_speaking_is_none(words):
    assert cry_language(words) == ""


@pytest.mark.parametrize("words", DANGERS)
def test_violence_is_heard(words):
    assert danger_language(words) == "zh-hans"


@pytest.mark.parametrize("words", ENGLISH_DANGERS)
def test_violence_in_english_is_answered_in_english(words):
    assert danger_language(words) == "en"


@pytest.mark.parametrize("words", NO_DANGERS)
def test_a_harmless_neighbour_of_violence_is_none(words):
    assert danger_language(words) == ""


@pytest.mark.parametrize("words", [*RAGES, *ENGLISH_RAGES])
def test_who_wants_to_hurt_somebody_is_heard(words):
    assert harm_said(words) == ("rage", "en" if words in ENGLISH_RAGES else "zh-hans")


@pytest.mark.parametrize("words", NO_RAGES)
def test_a_harmless_neighbour_of_rage_is_none(words):
    assert rage_language(words) == ""


def test_no_title_of_the_library_is_answered_so():
    files = (Path(settings.BASE_DIR) / "lessons/library").rglob("*.yaml")
    said = "\n".join(path.read_text() for path in files)
    titles = re.findall(r"^ *(?:title|summary|zh-hans|en): (.+)$", said, re.M)
    assert titles
    assert [title for title in titles if harm_said(title)[0]] == []


@pytest.mark.parametrize(("words", "said"), [
    ("我不想活了", ("cry", "zh-hans")), ("he hits me", ("danger", "en")), ("老公打我，我不想活了", ("cry", "zh-hans")),
    ("睡", ("", "")),
])  # fmt: skip
def test_a_cry_goes_before_violence(words, said):
    assert harm_said(words) == said
