"""Which words are a cry for help, and which are only a way of speaking."""

import pytest

from wechat.cries import cry_language

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
    "我想死。別管我",
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
    "撑不住了", "加班坚持不下去", "压力大", "睡不着", "孩子", "第3课", "睡觉", "吃药后能喝酒吗", "吃了很多",
    "想吃药膳", "遗传病", "绑定", "你好", "", "   ", "。。。", "😭", "想紫砂壶", "鱼死了怎么办", "蚊子死了",
    "死了多少人", "我死党来了", "解脱疲劳的办法", "I want to diet", "die casting", "I want to die cast parts",
    "I don't want to live in the dormitory", "do not want to live far away", "dead battery", "I'm dying of heat",
    "kill the power first", "how to live healthier", "I cut myself at the machine", "take my life back",
    "I can't live without my phone", "hang my coat", "sleep", "lesson 3", "hello",
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
