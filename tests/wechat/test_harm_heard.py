"""Which answer a sentence gets: sentences that went unheard once, and sentences that were taken too seriously."""

import time

import pytest

from wechat.cries import harm_said

HEARD = {
    "cry": [
        # not to live, to die
        "我不活了", "不活了", "真不想活了", "活不了了", "我活不了了", "死了就好了", "我死了就不用上班了", "没意思活着",
        "想吃药死",
        "解脱", "我想解脱", "好想解脱", "一了百了", "生无可恋", "我想睡着不要醒来", "睡着了就不想醒", "永远睡过去",
        "我喝了农药",
        # how
        "我用刀割自己", "我割了自己", "我又割自己了", "我拿刀划自己", "我在天台", "我站在楼顶", "我现在在楼顶边上",
        "我站在桥边想跳",
        # no way on, nobody
        "撑不住了", "快撑不住了", "坚持不住了", "我真的坚持不下去了", "我坚持不下去了怎么办", "绝望", "我很绝望",
        "我对一切都绝望了",
        "我是累赘", "我就是家里的累赘", "我是个废物", "没人在乎我", "没有人爱我", "没人会想我",
        # as it is spelt on the net
        "想噶", "想嘎了", "我想嘎了", "想亖", "我想亖", "想鼠", "紫砂", "我想紫砂了", "kys",
        # in English
        "I feel hopeless", "hopeless", "I feel so worthless", "nobody cares about me", "I am a burden", "I want to kys",
        # what is excepted does not hide the rest
        "再见了大家，我走了", "永别了我的孩子", "想死，吃不下饭", "我想死，妈妈的饭也吃不下", "我撑不住了，太累了",
        "想结束这一切痛苦",
        "我想死海里", "我好想消失",
    ],
    "danger": [
        "救我", "快来人救我", "谁来救我", "求求你救我", "help me", "please help me!", "sos", "SOS",
        # beaten
        "班长扇了我一巴掌", "他给了我一耳光", "他把我打得流血", "把我打伤了", "老公喝酒打人", "老公喝醉了就打人",
        "丈夫动手", "我爸打我妈",
        "他打我头", "被打死了怎么办", "他打我孩子", "班长要弄死我", "他要报复我", "他要跟我同归于尽",
        # harassed and forced
        "主管骚扰我", "被主管骚扰", "班长老是骚扰我", "主管摸我手", "组长摸了我的腰", "他强迫我", "他强迫我陪他",
        "他偷拍我", "我被人偷拍了",
        "my boss touched me", "he keeps touching me", "my supervisor harasses me",
        # kept
        "他不让我出门", "他不让我走", "老板不准我们离开", "不让我出去", "身份证被扣了", "老板扣我身份证",
        "厂里扣押我们的证件",
        "他把我身份证收走了", "身份证不还我", "被骗到缅甸", "我被骗到这里了", "they took my passport",
        "he won't let me leave",
        # what is excepted does not hide the rest
        "救命啊，他打我", "老公拿着刀要砍我", "孩子被打了", "领导打我，扣我绩效", "打游戏输了，老公打我",
    ],
    "rage": [
        "我要炸了工厂", "我要炸厂", "我要放火", "想放火烧厂", "我要烧了宿舍", "同归于尽", "我要和他们同归于尽",
        "我要报复社会",
        "我要报复主管", "想打我老公", "我想打人", "我忍不住想打他", "I want to burn down the factory",
    ],
    "low": [
        "抑郁", "我抑郁了", "抑郁症怎么办", "崩溃", "我要崩溃了", "睡不着", "天天失眠", "焦虑", "I am depressed",
        "I can't sleep",
    ],
    "": [
        # neighbours of danger
        "救命啊太好笑了", "救命啊，笑死我了", "他打我球", "孩子被打了疫苗", "老公拿着刀切菜", "我被打卡机锁住",
        "领导打我绩效",
        "谁打我的工卡", "他要杀人诛心", "游戏里被打死了", "打游戏被打死了", "他救我一命", "推销电话骚扰我", "骚扰电话",
        "强迫我们加班", "不让我辞职", "不让我回家过年", "投诉会不会报复我", "忘了拿走身份证", "被骗去五千块",
        "他不让我离开工位", "不让我走后门", "摸我头", "老公动手做饭", "help me with lesson 3",
        "身份证怎么办", "身份证号填错了", "被骗了钱", "this story touched me", "机器不让我出料", "老婆骚扰电话多",
        # neighbours of crying
        "再见了大家我辞职了", "永别了我的假期", "想死吃火锅了", "我想死家里的饭了", "想死妈妈做的菜了",
        "想结束这一切加班",
        "我要跳河游泳", "想去死海旅游", "好想离开这个世界杯", "我好想消失一天", "我撑不住了太困了", "我撑不住了想睡觉",
        "花养不活了", "救不活了", "鱼活不了了", "蚊子死了就好了", "热死了就不用上班", "这活不了解", "紫砂壶",
        "想解脱疲劳",
        "辞职一了百了", "我在天台晒衣服", "我在楼顶装空调", "加班坚持不下去", "减肥坚持不住了", "不小心割伤自己",
        "想老鼠药放哪",
        # neighbours of rage
        "我要杀他的锐气", "我想炸鸡", "我要烧饭", "怎么防止放火", "我要打他电话", "我想打主管电话", "想打球",
        "我要打卡",
        # neighbours of being low
        "电脑崩溃了", "系统崩溃", "孩子睡不着", "宝宝失眠怎么办", "压力大",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "words"), [(kind, words) for kind, said in HEARD.items() for words in said])
def test_a_sentence_gets_the_answer_that_fits(kind, words):
    assert harm_said(words)[0] == kind


@pytest.mark.parametrize("words", [
    "我" + "快要" * 300, "快要" * 300, "老公" + "喝酒" * 300, "我" + "用用" * 300, "被" + "打扰" * 300, "我想" + "要" * 600,
    "i am " + "so " * 600,
])  # fmt: skip
def test_no_message_keeps_the_process_busy(words):
    """An answer is owed within seconds, and others wait behind it."""
    begun = time.process_time()
    harm_said(words)
    assert time.process_time() - begun < 1
