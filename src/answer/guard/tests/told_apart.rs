//! Wordings that share their words and mean another thing.

use super::*;

#[test]
fn what_shares_words_with_a_guard_is_told_apart() {
    check(&[
        // mothers and curses
        ("妈妈的手镯圈口怎么量", "-"),
        ("姑妈的戒指能改圈吗", "-"),
        ("干妈的手镯能抛光吗", "-"),
        ("给妈的礼盒有吗", "-"),
        ("奶奶妈妈的衣服能机洗吗", "-"),
        ("老妈的尺码怎么选", "-"),
        ("妈的 什么破店", "complaint"),
        ("真妈的烂", "complaint"),
        ("这妈的也叫羊绒", "complaint"),
        // whom neighbours complain of
        ("怕楼下投诉,噪音大不大", "-"),
        ("邻居投诉太吵,这个跑步机静音吗", "-"),
        ("物业老投诉,减震垫有用吗", "-"),
        ("会不会被邻居投诉", "-"),
        ("跑步机会吵到楼下被人投诉吗", "-"),
        ("怕被投诉 声音大吗", "-"),
        ("楼下投诉我了,我要投诉你们", "complaint"),
        ("物业都要投诉你们", "complaint"),
        ("你们不怕被投诉吗", "complaint"),
        ("等着被投诉吧", "complaint"),
        ("你们会被投诉的", "complaint"),
        ("我要投诉", "complaint"),
        // men who make things and men who answer
        ("人工钻石和天然钻石有啥区别", "-"),
        ("人工造的钻和挖出来的差哪", "-"),
        ("手工还是人工镶嵌的", "-"),
        ("是人工养殖的珍珠吗", "-"),
        ("人工培育的钻有证书吗", "-"),
        ("人工草坪怎么铺", "-"),
        ("想要人工草坪", "-"),
        ("人工智能音箱能连wifi吗", "-"),
        ("人工!", "requested"),
        ("人工。", "requested"),
        ("人工在吗", "requested"),
        ("人工帮我看下", "requested"),
        ("人工 我要退款", "requested"),
        ("你是人工还是机器", "requested"),
        ("你们是人工吗", "requested"),
        ("是真人在回吗", "requested"),
        ("是机器人吗", "requested"),
        ("不用人工了,算了还是转人工", "requested"),
        // a call, and then a question
        ("转人工。什么时候发货", "requested"),
        ("转人工!什么时候发", "requested"),
        ("转人工;什么时候发", "requested"),
        ("转人工,什么时候发", "requested"),
        ("转人工 什么时候发货", "requested"),
        ("转人工。多久发货", "requested"),
        ("转人工多久发货", "requested"),
        ("人工客服什么时候上班", "-"),
        ("人工客服 什么时候在线", "-"),
        ("转人工要等多久", "-"),
        ("转人工,能叫人来装吗", "requested"),
        ("能叫人来装吗", "-"),
        ("转人工多久", "-"),
        // fees, which a file tells, and prices
        ("工费多少钱", "-"),
        ("多少钱一克工费", "-"),
        ("上楼多少钱一层", "-"),
        ("搬七楼多少钱", "-"),
        ("抬上去多少钱", "-"),
        ("运到武汉多少钱", "-"),
        ("寄存超期多少钱一天", "-"),
        ("价钱怎么算的", "-"),
        ("刻字多少钱", "-"),
        ("加急费几块钱", "-"),
        ("黄金多少钱一克", "volatile"),
        ("清洗剂多少钱", "volatile"),
        ("免费送的那个多少钱", "volatile"),
        ("一共消费多少钱", "volatile"),
        ("搬家箱多少钱", "volatile"),
        ("抬头纹霜多少钱", "volatile"),
        // what came, and what did not
        ("少发了一盒", "order"),
        ("发错货了", "order"),
        ("少了两颗螺丝", "order"),
        // vermin on plants and in food
        ("有蚜虫怎么治", "-"),
        ("叶子上有虫怎么办", "-"),
        ("白粉病怎么治", "-"),
        ("红蜘蛛怎么治", "-"),
        ("长了虫喷什么", "-"),
        ("土里生虫了怎么办", "-"),
        ("茶叶里有虫", "risk"),
        ("米里长了虫", "risk"),
        ("狗狗长虫了怎么治", "risk"),
        ("蚜虫药对猫有毒吗", "risk"),
        ("叶子发霉了孩子能碰吗", "risk"),
        ("叶子上的药有毒吗", "risk"),
        ("湿疹怎么治", "risk"),
        ("苗死了赔不赔", "risk"),
    ]);
}

/// That not all came is told from what else befell an order, and the rule for it by its heading.
#[test]
fn what_was_sent_wrong_may_have_a_rule() {
    for (text, missent) in [
        ("少发了一盒", true),
        ("发错货了", true),
        ("少了两颗螺丝", true),
        ("少发了一件,帮我催一下补发", false),
        ("我的衣服漏发了腰带", false),
        ("快递丢了", false),
        ("什么时候发货", false),
    ] {
        assert_eq!(guards(&normalise(text), &[]).missent, missent, "{text}");
    }
    for (heading, rule) in [
        ("少发、错发如何处理", true),
        ("发错货怎么办", true),
        ("收到货少件", true),
        ("配件不全怎么办", true),
        ("多久发货", false),
        ("收到货多久能退", false),
    ] {
        assert_eq!(heads_missent(&normalise(heading)), rule, "{heading}");
    }
}
