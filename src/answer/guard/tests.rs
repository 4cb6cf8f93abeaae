use super::*;
use crate::text::normalise::normalise;

mod told_apart;

/// What the guards name in a text: `-` for nothing.
fn named(text: &str) -> String {
    let guards = guards(&normalise(text), &["找老板".to_owned()]);
    let names = [
        (guards.requested, "requested"),
        (guards.complaint, "complaint"),
        (guards.risk, "risk"),
        (guards.order_specific, "order"),
        (guards.volatile, "volatile"),
    ];
    let hit: Vec<&str> = names
        .into_iter()
        .filter_map(|(hit, name)| hit.then_some(name))
        .collect();
    match hit.is_empty() {
        true => "-".into(),
        false => hit.join(" "),
    }
}

#[test]
fn wordings_are_named_for_what_they_are() {
    let rows: &[(&str, &[&str])] = &[
        (
            "requested",
            &[
                "转 人 工",
                "转ren工",
                "让你们店长跟我讲",
                "叫售后的来",
                "给我转接售前",
                "接线员",
                "帮我转下人",
                "我想和你们老板谈谈",
                "麻烦安排专人联系我",
                "换个会说话的",
                "你能不能让个活人跟我说",
                "客服小姐姐在不在出来一下",
                "要人工不要机器",
                "别用自动回复敷衍我 我要人工",
                "转人工",
                "人工",
                "给我转个真人",
                "能不能叫个人来",
                "不想跟机器人说话",
                "你是机器人吗",
                "人公客服",
                "客服死哪去了",
                "我找老板",
                "有没有人工客服",
                "叫人来跟我说",
                "联系客服",
                "怎么联系你们的客服",
                "有没有真的人",
                "帮我接一下人",
                "换个人跟我聊",
                "机器人答不明白",
                "给我转客服",
            ],
        ),
        (
            "complaint",
            &[
                "垃圾玩意儿",
                "一星走起",
                "信不信我找媒体",
                "每次都敷衍我",
                "呵呵你们可真行",
                "我要投诉",
                "再不处理就打12315",
                "等着差评吧",
                "你们这是骗人",
                "气死我了",
                "什么态度啊",
                "真他妈的烂",
                "打12345",
                "12315",
            ],
        ),
        (
            "risk",
            &[
                "孩子被拉绳缠住脖子了",
                "宝宝把挂钩吞了",
                "我妈血压180怎么办",
                "电池鼓起来了",
                "充电冒火花",
                "罗马杆掉下来砸到头了",
                "老人从床上摔下来了",
                "用了过敏怎么办",
                "孕妇能用吗",
                "插座冒烟了",
                "是正品吗",
                "有人冒充客服让我转账",
                "脸上起疹子了",
                "喝完进医院了",
                "坏了赔吗",
                "你这东西是真的吗",
                "卖的是真货不",
                "有人加我说补缴关税要我扫码",
                "罐头里有虫子",
                "茶里有虫",
                "粮发霉了",
                "罐头胀罐了还能吃吗",
                "猫砂有毒吗",
                "肾不好的猫能吃这个吗",
                "是真茅台吗",
                "酒是不是勾兑的",
                "盖子夹到手了",
                "卸妆油进眼睛疼得睁不开",
                "加精油后孩子咳嗽喘不上气",
                "你们卖的正不正啊",
                "洗澡的时候手上麻麻的 是不是带电",
                "有人打电话说是你们客服 要给我理赔 让我念验证码",
            ],
        ),
        (
            "order",
            &[
                "我的发票开出来了吗",
                "我的押金退了吗",
                "换货审核过了没",
                "布样寄了吗",
                "我的轮椅到哪了",
                "工程师几点到",
                "我的发票呢",
                "申请退货两天了没人审核",
                "我那台洗衣机发的哪家物流",
                "我的快递到哪了",
                "怎么还没发货",
                "帮我查下物流",
                "退款怎么还没到",
                "我账户里还剩多少积分",
                "我现在是啥等级的会员",
                "我申请的退款你们审过了吗",
                "我那台送修的机子修好了没",
                "我那张重新开一下",
                "少发了一件",
                "催一下发货",
                "快递三天没动了",
                "一直没物流",
                "都一周了还没到",
                "帮我催催",
                "快递丢了",
                "退款啥时候到我等了五天了",
            ],
        ),
        (
            "volatile",
            &[
                "大容量硒鼓还有吗",
                "还有几件",
                "哪款最便宜",
                "这件多少钱",
                "现在什么价格",
                "白色的现在有货没",
                "还有库存吗",
                "卖完了吗",
                "凌云现在什么价",
                "这个怎么卖",
                "什么时候补货",
                "库存",
            ],
        ),
        (
            "-",
            &[
                "不用转人工 你直接告诉我包不包邮",
                "先别转人工",
                "我不是要找人工 就问下发什么快递",
                "人工费要多少",
                "人工打孔还是机器打孔",
                "人工智能是什么",
                "能找人来挂吗",
                "不需要人工",
                "转人工要等多久",
                "差评多吗",
                "有没有人投诉过",
                "镜片起皮",
                "比医院量的高",
                "能退了吗",
                "哪几样有人来给装",
                "想定个日子叫人来装",
                "企业团购有专人对接吗",
                "门锁认不出我妈的手",
                "墙上钻个眼多少钱",
                "花多少钱给积一分",
                "客服几点上班",
                "人工客服什么时候在线",
                "运费多少钱",
                "偏远地区要加多少钱",
                "积分能抵几块钱",
                "押金多少钱",
                "三十几块钱包邮吗",
                "维修要多少钱",
                "去医院看望病人送什么花",
                "冬天打不着火怎么办",
                "七天无理由怎么退",
                "发票怎么开",
                "会员等级怎么分",
                "申请换货要多久",
                "123456",
                "订单号是多少位的",
                "我付款了12345元",
                "是真丝的吗",
                "这个颜色正不正",
                "是真皮吗",
                "驱虫药怎么用",
                "防虫子的帐篷",
                "会生虫吗",
                "联系客服要等多久",
                "找个人多的地方用可以吗",
                "下单后几天还没发算超时",
            ],
        ),
    ];
    let mut wrong = Vec::new();
    for (expected, texts) in rows {
        for text in *texts {
            let named = named(text);
            if !named.split(' ').any(|name| name == *expected) {
                wrong.push(format!("{text}: {named}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_calls_is_not_called_for() {
    let guards = guards(
        &normalise("有人打电话说是你们客服 要给我理赔 让我念验证码"),
        &[],
    );
    assert!(guards.risk && !guards.requested);
}

#[test]
fn small_talk_is_told_from_questions() {
    let rows = [
        ("在吗", Some(SmallTalk::Greeting)),
        ("你好呀", Some(SmallTalk::Greeting)),
        ("谢谢亲", Some(SmallTalk::Thanks)),
        ("太谢谢你啦", Some(SmallTalk::Thanks)),
        ("拜拜", Some(SmallTalk::Goodbye)),
        ("好的", Some(SmallTalk::Acknowledge)),
        ("hi 有人吗", Some(SmallTalk::Greeting)),
        ("行那我先撤了 88", Some(SmallTalk::Goodbye)),
        ("好滴知道了 谢谢哈", Some(SmallTalk::Thanks)),
        ("那先这样 拜拜", Some(SmallTalk::Goodbye)),
        ("好", Some(SmallTalk::Acknowledge)),
        ("你好", Some(SmallTalk::Greeting)),
        ("早", Some(SmallTalk::Greeting)),
        ("有货吗", None),
        ("没了吗", None),
        ("那怎么办", Some(SmallTalk::Fragment)),
        ("???", Some(SmallTalk::Fragment)),
        ("你好 什么时候发货", None),
        ("谢谢 发票怎么开", None),
        ("谢啦么么哒", Some(SmallTalk::Thanks)),
        ("Hi there", Some(SmallTalk::Greeting)),
        ("在么想问个事", Some(SmallTalk::Greeting)),
        ("想咨询下", Some(SmallTalk::Greeting)),
        ("先不买了", Some(SmallTalk::Goodbye)),
        ("想问下几天到", None),
        ("蟹蟹", Some(SmallTalk::Thanks)),
        ("算了", Some(SmallTalk::Goodbye)),
        ("请问", Some(SmallTalk::Greeting)),
        ("打扰了", Some(SmallTalk::Greeting)),
        ("在线不", Some(SmallTalk::Greeting)),
    ];
    for (text, expected) in rows {
        assert_eq!(small_talk(&normalise(text)), expected, "{text}");
    }
}

#[test]
fn emoji_alone_are_a_gesture() {
    for (text, gesture) in [
        ("👍", true),
        ("❤️ 🙏🏻", true),
        ("👍?", false),
        ("?", false),
        ("", false),
    ] {
        assert_eq!(is_gesture(text), gesture, "{text}");
    }
}

/// Wordings that are near to each other and not alike: what is named in each (`-`: nothing).
#[test]
fn look_alikes_are_told_apart() {
    let rows: &[(&str, &str)] = &[
        ("让真人来回答", "requested"),
        ("帮我找客服小姐姐", "requested"),
        ("能不能让人跟我聊", "requested"),
        ("电话联系我吧", "requested"),
        ("喊个人出来", "requested"),
        ("转接", "requested"),
        ("转接头送吗", "-"),
        ("有没有真人上身图", "-"),
        ("真人试穿图有吗", "-"),
        ("有活人感的妆怎么化", "-"),
        ("快递会电话联系我吗", "-"),
        ("让人来安装吗", "-"),
        ("味道让人回味吗", "-"),
        ("真的无语了你们这店", "complaint"),
        ("这质量也太烂了吧", "complaint"),
        ("做生意能不能讲点诚信", "complaint"),
        ("你们良心不会痛吗", "complaint"),
        ("太让人失望了", "complaint"),
        ("恶心", "complaint"),
        ("上当了", "complaint"),
        ("等着吃官司吧", "complaint"),
        ("我要上黑猫", "complaint"),
        ("我真的火大", "complaint"),
        ("火大不大", "-"),
        ("黑猫玩偶有吗", "-"),
        ("会不会质量太差了", "-"),
        ("怕上当了怎么办", "-"),
        ("无语菩萨摆件有吗", "-"),
        ("良心推荐一款", "-"),
        ("老人摔了一跤", "risk"),
        ("宝宝用了红屁股", "risk"),
        ("扣子崩到眼睛了", "risk"),
        ("拉链夹到宝宝肉了", "risk"),
        ("骨头裂了", "risk"),
        ("我妈用了手肿了", "risk"),
        ("戴了耳朵发炎了", "risk"),
        ("我怀着孕能穿吗", "risk"),
        ("隐形眼镜戴进去拿不出来了", "risk"),
        ("玻璃壶炸了烫到手", "risk"),
        ("建盏会不会重金属超标", "risk"),
        ("电池拿不出来", "-"),
        ("宝宝过敏了", "risk"),
        ("坐月子能用吗", "risk"),
        ("煤气灶漏气", "risk"),
        ("客服打电话说我是会员要扣钱", "risk"),
        ("客服说退货要扣钱吗", "-"),
        ("怎么分真假", "risk"),
        ("在哪鉴定", "risk"),
        ("月子服尺码", "-"),
        ("防过敏面料是什么", "-"),
        ("真假两件怎么穿", "-"),
        ("气垫会漏气吗", "-"),
        ("大人小孩都能用吗", "-"),
        ("鉴定证书带吗", "-"),
        ("透气不红屁股吧", "-"),
        ("老人用防滑倒垫", "-"),
        ("骨头形状的抱枕", "-"),
        ("我的订单怎么被关闭了", "order"),
        ("你们说补的差价呢", "order"),
        ("我补寄的镜布呢", "order"),
        ("你们答应补发的杯子还没寄", "order"),
        ("给我把地址改到丹阳", "order"),
        ("我那两斤茶走到哪了", "order"),
        ("降价了怎么补差价", "-"),
        ("我的订单为什么自动取消了", "order"),
        ("取消我的订单", "order"),
        ("把我订单的地址改成北京", "order"),
        ("发我的时候帮我换个颜色", "order"),
        ("我的退款被驳回了", "order"),
        ("物流信息查不到", "order"),
        ("快递停在杭州不动了", "order"),
        ("我买的裙子寄出了没", "order"),
        ("我拍的那件能今天发吗", "order"),
        ("我的明天能到吗", "order"),
        ("我想把我那单取消", "order"),
        ("我的单改成L码", "order"),
        ("我拍错尺码了帮我改", "order"),
        ("我的衣服漏发了腰带", "order"),
        ("售后被拒绝了为什么", "order"),
        ("我买的话能今天发吗", "-"),
        ("今天下单明天能到吗", "-"),
        ("订单怎么取消", "-"),
        ("我的订单可以取消吗", "-"),
        ("这个贵不贵", "volatile"),
        ("今天有活动价吗", "volatile"),
        ("秒杀价多少", "volatile"),
        ("降价了吗", "volatile"),
        ("几块钱", "volatile"),
        ("多少钱一个", "volatile"),
        ("几块电池", "-"),
        ("需要几块拼", "-"),
        ("多少钱以上送赠品", "-"),
        ("降价了能补差价吗", "-"),
        ("换滤芯贵不贵", "-"),
    ];
    check(rows);
}

/// Whether each text is named for what stands beside it, and for nothing else.
fn check(rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(text, expected)| (text, named(text), *expected))
        .filter(|(_, found, expected)| found != expected)
        .map(|(text, found, expected)| format!("{text}: {found}, not {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is said of one matter of health is no answer to another.
#[test]
fn matters_of_health_are_told_apart() {
    for (entry, asked, covers) in [
        ("孕妇可以穿吗", "孕妇能穿吗", true),
        ("孕妇可以穿吗", "我怀着孕能穿吗", true),
        ("孕妇可以穿吗", "有湿疹的娃能穿吗", false),
        ("孕妇可以穿吗", "孕妇穿了肚子痛", false),
        ("孕妇可以穿吗", "我怀着孕穿了不舒服", false),
        ("会过敏吗", "戴了耳朵发炎了", false),
        ("会过敏吗", "皮肤容易过敏能用吗", true),
        ("误食了怎么办", "宝宝误吞了怎么办", true),
    ] {
        let risks = |text: &str| risks(&normalise(text));
        assert_eq!(risks(entry).meet(risks(asked)), covers, "{entry} {asked}");
    }
    assert!(!asks_how(&normalise("我的订单为什么自动取消了")));
    assert!(asks_how(&normalise("怎么取消订单")));
}
