//! Recognises what is decided before any ranking: a request for a person, anger, danger, the buyer's own order, facts
//! that change by the minute, small talk.
//!
//! A guard is a list of regular expressions over *normalised* text, in which 啥, 咋 and 俺 read 什么, 怎么 and 我. Guards only
//! say what a message is about; [`super::decide`] decides what follows (answer with a caution, hand off).

mod children;
mod illness;
mod risks;
mod story;

use std::borrow::Borrow;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};

pub use children::{is_for_children, names_children, sells_to_children};
pub use risks::{Risks, risks};
pub use story::without_story;

/// Small talk that a script answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmallTalk {
    /// 你好, 在吗
    Greeting,
    /// 谢谢
    Thanks,
    /// 再见
    Goodbye,
    /// 好的, 嗯嗯, 知道了
    Acknowledge,
    /// 那怎么办, 然后呢: a fragment that does not say what it is about.
    Fragment,
    /// 你们几点上班: the settings tell.
    Hours,
}

impl SmallTalk {
    /// The script that answers it.
    pub fn script(self) -> &'static str {
        match self {
            SmallTalk::Greeting => "greeting",
            SmallTalk::Thanks => "thanks",
            SmallTalk::Goodbye => "goodbye",
            SmallTalk::Acknowledge => "acknowledge",
            SmallTalk::Fragment => "ask_again",
            SmallTalk::Hours => "hours",
        }
    }
}

/// A compiled list of regular expressions.
type Wordings = LazyLock<RegexSet>;

macro_rules! wordings {
    ($($(#[$doc:meta])* $name:ident = [$($pattern:literal),* $(,)?];)*) => {
        $($(#[$doc])* static $name: Wordings =
            LazyLock::new(|| RegexSet::new([$($pattern),*]).expect("the guards' patterns are tested"));)*
    };
}

wordings! {
    /// A request for a person.
    REQUESTED = [
        r"(转|找|叫|接|换|要|上|来|呼叫|联系|需要|想要|请)(个|一个|一下|下|到|至|你们|你们的|你家|真的|真|位)*(人工|真人|活人|人工客服|人来|专人|在线客服|老板|店长|经理|主管|领导|负责人|大人|正常人)",
        r"(有没有|有)(个|一个|真的|位)*(人工|真人|真的人|活人|在线客服|正常人|负责人)",
        r"人工(客服|服务|坐席|小二)?(在吗|在不在|呢|啊|吧|!|\?|$|快|来|出来|有吗)",
        r"^(转人工|人工客服|人工服务|转客服|找客服|客服人工)+|^转接(一?下|吧|过来|[?!., ])*$",
        // 人工 and what is done for the buyer, but not 人工钻石: that is made by men.
        r"^(人工|真人|活人)+([^\p{Han}]|$|(在|有)(吗|么|没|不|线|人)|呢|吧|啊|呀|哈|来|快|出来|帮|处理(一下|[?!., ]|$)|回(复|答|我|电话)|接(一?下|听|入|待|我|[?!., ]|$)|谢谢|给|麻烦|我|你|请|好吗|行吗|聊|说话|沟通|咨询|解决|介入|转|怎么(还|没|不))",
        r"(不要|别|不想|不跟|不和).{0,4}(机器人|智能|自动回复|ai)",
        r"(机器人|ai|智能客服|自动回复).{0,6}(走开|滚|闪开|没用|不行|听不懂|听不明白|答不明白|答不了|废物|答非所问|别回)",
        r"转(接)?(一?下)?(人工)?客服|(联系|找|接|叫|呼叫|换)(一?下|个|你们|你们的)*客服(吧|啊|呗|谢谢|[?!., ])*$",
        r"(换|接|找|叫|来)(一?下|一?个|一?位)?人(吧|啊|呗|[?!., ])*$|(换|找|叫|来)(一?个|一?位)?人(跟|和|来|给)(我|咱)(聊|说|谈|讲|处理)",
        r"[你您们](不是|是不是|是)(个|一个)?(机器人|真人|活人|人工|ai)|(^|[^还])是(不是)?(个|一个)?(机器人|真人|活人|人工|ai)(客服)?(吗|吧|啊|呢|么|嘛|在|回|[?!., ]|$)|是(机器人|真人|活人)还是|[你您们]是?.{0,4}还是(真?人|人工|活人)([?!., ]|$)",
        r"(能|可以|可不可以|能不能)(和|跟|让|给我|帮我)?.{0,4}((人工?|客服)(聊|说话|沟通|回复|接待|处理)|(人工|真人|活人|客服)(对话|通话))",
        r"(让|叫|喊|给我|帮我)(个|一个|一位|你们|你们的)*(真人|活人|人工|人|客服|活的)(来|出来|接|回(复|答|我|话|电话)|(跟|和)(我|咱)(聊|说|谈|讲|沟通))",
        r"(转|找|叫|联系|喊|请)(个|一个|一位|一下|下|你们|你们的)*客服(小姐姐|小哥哥|小哥|妹子|姐姐|妹妹|同学)",
        r"^(请|麻烦|你们?|客服|让客服|能不能|可以|直接|给我|打|来|个)*电话(联系|回复|打给)(一?下)?我(一?下)?(吧|啊|呗|好吗|行吗|[?!., ])*$",
        r"(zrg|rengong|转人公|转人功|赚人工|转任工|人公客服|人工可服)",
        r"(说|讲|回|聊)(个)?人话",
        r"客服(呢|死哪|去哪|在哪|人呢|不在|都不在|没人)",
        r"(打|通|接)(个)?(电话|语音).{0,4}(客服|给我|人工)|回个电话",
        r"转 人 ?工|转人 工|转(ren工|人gong)|转(一?下)?人[?!., ]*$|接线员|(快|给我)转[?!., ]*$",
        r"(让|叫|喊)(你们|你)?的?(店长|老板|经理|主管|领导|负责人|客服|售后|售前)(的|人员)?(来|出来|过来|跟我|和我|给我|接)",
        r"(跟|和|同)(你们|你|你家)?的?(店长|老板|经理|主管|领导|负责人|真的?人|真正的人|活人).{0,3}(谈|说|聊|讲|沟通)",
        r"(转接?|接)(一?下|到|给|你们)*(售前|售后)(的|客服|专员|人员)?[?!., ]*$",
        r"(安排|派)(个|一?个|一?位)?.{0,2}(人|专员|客服).{0,2}(联系|回复|跟进|对接)(一?下)?我",
        r"客服.{0,4}(在不在|出来)|(活人|真人)(跟|和|来|给)我|别.{0,2}机器(人)?回复|(换|找|来)(个|一?位)?(会|能|懂)(说话|听懂|听得懂|人话)?的(来|人)?[?!., ]*$",
    ];
    /// Anger, complaint, threat.
    COMPLAINT = [
        r"投诉|举报|消费者协会|消协|工商局|市场监管|曝光(你|他|这家|黑)|(网上|抖音|微博|315|媒体|记者|我要|我就|去).{0,3}曝光|维权|起诉|法院告|律师函|(吃|打)官司|黑猫(投诉|平台)|(上|去|找|到|发)黑猫([^玩公抱摆咪]|$)",
        r"(^|\D)12(315|345)($|[^\d元块件米号])",
        r"(等着|必|肯定|只能|准备|就|要|去)(给|打|写|收)?(你们|你)?.{0,2}差评",
        r"(给|打|留|写)(你们|你|个|一个|一星)*.{0,2}(差评|[一1]星([^期]|$))|差评(伺候|警告|见|等着|预定)",
        r"(骗子|骗人|骗钱|坑人|坑爹|黑店|黑心|无良|奸商|欺诈|欺骗|诈骗|虚假宣传|垃圾店|什么破店|什么垃圾|破店|垃圾东西|垃圾商家|恶心人)",
        r"(我|真|真的|很|太|超|老)火大|^火大[!.,了 ]*$",
        r"(气死|太过分|忍无可忍|太差劲|太坑|太垃圾|真恶心|什么态度|什么服务|服务态度.{0,3}(差|烂|恶劣)|态度(太|真|这么|好)?(差|烂|恶劣))",
        r"((^|[^我他她你您咱们家婆爷爸妈姑姨干舅伯婶奶大亲后养继岳老宝孕准辣公友子孩娃给送跟和帮替为])妈的|他妈的|tmd|尼玛|你妈(的|逼|b|死)|傻逼|傻b|(^|[^a-z])sb([^a-z]|$)|滚蛋|去死([^皮]|$)|脑残|智障|王八蛋|混蛋|神经病|狗东西|操你|草泥马|cnm|nmsl)",
        r"(再不|还不|不给).{0,12}(我就|就).{0,6}(投诉|差评|举报|曝光|报警|告)",
        r"(太|真|这么|超级|非常|十分|很)(失望|不满|生气|气人|不满意|后悔)|后悔买|再也不(来|买)|狗屁|三无产品",
        r"(真的?|太|很|实在|也是)?无语(了|死|至极|啊|吧|[?!., ]|$)|(让|令|叫)人失望|^(真|太|好|你们?|可真)*恶心(了|人|死)*[!., ]*$|(^|[^怕会别])上当(受骗)?了",
        r"(质量|做工|品控|服务|体验)(也|真的?|是|实在)*(太|真|这么|好)(烂|差|垃圾|次)(了|吧|啊|劲|[!., ]|$)",
        r"讲(点|一点|些|讲)?(诚信|良心)|(没|不讲|毫无|有没有|没有)(点|一点)?(诚信|良心)|良心(不会|不|会不会|能不|过得去|都不)(痛|疼|不安|吗|$)|昧良心",
        r"垃圾(玩意|货|产品|客服)|一星走起|(耍|糊弄|忽悠|敷衍|坑)(我|人)|(找|联系)(媒体|记者)|(客服|你们)(跟|像)?.{0,2}死了|你们可?真行",
    ];
    /// Asks what others say about the shop; this is no threat.
    OTHERS_COMPLAINT = [r"(会不会|是不是|怕|担心|听说).{0,6}(质量|做工|品控|服务|体验|上当)|(差评|投诉)(多|率|高)|(有没有|有|没)人(给)?(投诉|差评)"];
    /// Tells of a caller who says that he is customer service; this is no request.
    CALLER = [r"(冒充|假冒|自称|说(他|她)?是|有个|陌生).{0,4}客服"];
    /// Fire, electricity, gas.
    DANGER = [
        r"漏电|触电|起火|(^|[^不])着火|冒烟|爆炸|自燃|短路|烧焦|煤气|(煤气|燃气|天然气|液化气|阀|灶|罐|炉).{0,4}漏气|漏气.{0,6}(爆|火|危险)|是不是带电|会不会电到|(^|[^家手充送])电(到|了一下)(我|人|手)|(手|身)上?((发|有点)麻|麻(麻|了|$))",
        r"电池.{0,4}鼓|鼓了?个?包([^邮装裹换退送安]|$)|火花([^塞]|$)|打火([^机石]|$)|(有|闻到|股|一股)(糊|焦)(糊|味)|烧(起来|着了)|插.{0,4}跳闸|插(头|座|线板).{0,4}(烧|黑了)",
    ];
    /// Whether goods are genuine.
    AUTHENTICITY = [
        r"(是|保)?(不是)?正品|真假([^两二三\d]|$)|真的假的|假货|假的|真伪|仿品|高仿|a货|山寨|防伪|鉴定([^证书]|$)|验货真",
        r"保真|真货|(东西|货|产品|商品|这个|这款).{0,2}是(不是)?真(的|品)?(吗|么|嘛|不|假|[? ]|$)|(^|[^色味])正不正",
        r"^(它|这|这个|这款|这些|你们|你家|的)*(是|是不是)真(的|品|货)(吗|么|嘛|不|[? ]|$)|真品",
        // 是真茅台吗, but not 是真丝吗, which asks for a material.
        r"是真[^的货品丝皮毛空木无石金银人不].{0,4}(吗|么|嘛|不|假|[? ]|$)",
    ];
    /// Somebody tries to get the buyer's money.
    FRAUD = [
        r"(冒充|假冒|自称|说是)(你们)?(客服|商家|店铺|平台|快递)|验证码|(让|叫|要)我?.{0,6}(转账|汇款|打钱|加微信|点链接|下载|屏幕共享|共享屏幕)|被骗|诈骗|盗刷",
        r"(有人|陌生人|对方|来电|电话|短信).{0,14}(让|叫|要|说|给我?).{0,10}(扫码|转账|汇款|补缴|点链接|理赔|验证码)|中奖.{0,8}(税|费|钱|领|真的)",
        r"(打|来|接到|收到).{0,4}(电话|来电|短信).{0,14}(扣钱|扣费|扣款|注销|贷款|征信|百万保障)",
    ];
    /// Damages and law.
    LAW = [
        r"赔|[退罚返补付]\p{Han}{0,3}[三十]倍",
        r"违法|合法吗|法律|侵权",
    ];
    /// Something found in goods, or wrong with them.
    SPOILED = [
        r"(有|生了|长了|爬了|好多|全是)(小|活|死|好多|很多)?虫([^草]|$)|(^|[^驱防除杀灭避打])虫(子|卵)|发霉了|发了霉|长了?霉|霉变|有霉|变质了|馊了|胀(罐|包|袋|气)|有毒|毒不毒|异物|勾兑|掺假|假(酒|茶|药)",
    ];
    /// A hospital is a matter of health too.
    HOSPITAL = [r"住院|医院|看(了|过)?医生|医生(说|让|建议)"];
    /// But not if goods are compared with those of a hospital, or if the buyer takes flowers or fruit there.
    VISIT = [r"(比|跟|和|像)医院|医院(用的|同款|里的)", r"(看望|探望|探病|慰问|(看|送)(病人|同事|朋友|长辈|老人|同学|领导)|(捎|带|送|买)(一?束|点|些|个)?(花|果篮|水果))"];
    /// This buyer's own order, parcel or refund.
    ORDER_SPECIFIC = [
        r"(我|咱|偶)(的|那个|这个|那|买的|下的|拍的|上次|昨天|前天|今天|刚刚|刚|之前)*.{0,6}(快递|包裹|物流|货|东西|件|宝贝|衣服|订单|单子).{0,8}(到哪|哪了|哪里了|在哪|走到|怎么还|还没|没到|没收到|没动|不动|停|没更新|不更新|丢|几天了|发了没|发了吗|发货了(吗|没)|发出|寄出|什么时候到|到了吗|到了没)",
        r"(怎么|为什么|为何)(还|一直|都|还是|总是|老是)(没|不)(有)?(发|到|收|动|更新|退|寄|给我发|给我退|见)",
        r"(帮|给|替)(我|忙)?.{0,3}(查|看|催|改|备注|取消|加急|核实|登记|处理|修改|退)(一下|下|查|看|看看|催)?.{0,8}(快递|物流|订单|单子|单号|进度|地址|电话|发货|退款|包裹|到哪|我的|这单|备注)|(帮|给|替)(我|忙)?.{0,3}(催|改|备注|取消|加急|核实|登记|处理|修改|退)(一下|下)?.{0,8}(颜色|尺码|规格)",
        r"(查|看)(一?下)?(我的|这个|这单|我这).{0,6}(快递|物流|订单|单|件|包裹|退款)",
        r"催(一?下|下单|发货|快递|物流|单|促)",
        r"(快递|物流|包裹|货|件|单子|东西)(现在)?(到哪|走到哪|送到哪|在哪|到什么地方|跑哪)(里|儿)?(了|啦)?",
        r"(退款|钱|款)(怎么|为什么)?(还|一直|都)?(没|未)(有)?(到|退|收到|返|打)",
        r"(显示|物流).{0,4}签收.{0,8}(没|未)(有)?(收|拿|见|看)",
        r"(没|未)(有)?收到(货|快递|包裹|东西|件|退款|钱)",
        r"(订单|单)号(是|:|为)?\s*[0-9a-z]{6,}|(运|快递)单号?(是|:)?\s*[0-9a-z]{8,}|\d{14,}",
        r"(我)(昨天|前天|今天|上午|下午|刚|刚刚|上周|\d+(号|天前|日)).{0,4}(买|拍|下)(的|了|单).{0,10}(发|到|改|取消|退)",
        r"(我|咱)(的|这个|现在|目前|这)*(账户|账号|帐户|帐号|账上|卡里|名下|会员卡|号)?.{0,3}(还|现在|目前|一共|总共)*(剩|有|是|攒)(下|了|余)?(多少|几|什么|哪).{0,3}(积分|分|余额|优惠券|券|红包|等级|级别|会员)",
        r"(账户|账号|账上|卡里|名下).{0,4}(剩|有)(下|余)?(多少|几).{0,4}(积分|分|余额|券|红包)?",
        r"(我|咱).{0,8}(申请|提交|寄|送修|送检|送|退)(的|了|过去|回去|给你们).{0,10}(审|通过|批|受理|处理|修|收到|签收|到账|弄|检测)(核|好|完|过)?(过|了|完|好)?(了)?(吗|没|么|不|没有)",
        r"(我|咱).{0,6}(那|这)(一)?(单|笔|件|台)的?.{0,10}(没|不|好了没|好了吗|到了没|到了吗|(发|走|寄)的(是)?(哪|什么))",
        r"(我|咱)(的)?(那|这)一?(单|笔|件|台|张|份|个).{0,8}(重新|帮我|给我)(开|发|改|换|补|弄|退)",
        r"(申请|提交|提)(了|过)?(退货|退款|换货|退换|售后|维修|报修)(都|已经|有)?.{1,3}(天|小时|礼拜|星期|周)了?.{0,4}(没|未|不见)",
        r"(快递|物流|包裹|货|件|单子|订单)(都|已经)?.{0,3}(天|小时|周|星期|礼拜)了?(都|也|还)?(没|不|未)(动|更新|走|到|发|消息)",
        r"(一直|还是|还|都)(没|未)(有)?(物流|更新|动静|消息|发货|收到货|到货)",
        r"(都|已经|等了?|过了).{0,2}(天|周|星期|礼拜|个月|小时)多?了?.{0,2}(还|都|也)(没|未|不)(有)?(到|发|动|收|见|退)",
        r"(帮|给|替)(我|忙)?催|催催",
        r"(快递|包裹|货)(是不是)?(被|给)?(丢|弄丢|不见|丢失|送丢)了",
        r"等了?.{1,3}(天|周|星期|礼拜|小时|个月)了",
        r"(我|咱)(的)?(那|这)一?(单|件|个|票).{0,4}(卡|压|停|滞留|扣)(在|着)?.{0,6}(天|周|星期|小时|个月)了",
        r"(取消|退掉|关掉|修改|更改)(一?下)?(我|咱)(的|那个|这个|刚|刚才|上次|昨天|前天|今天)+.{0,6}(订单|单子|那单|这单|地址)",
        r"(快递|物流|包裹|物流信息).{0,8}(停在|卡在|卡住|不动了|查不到|退回去?了|没动静)|(售后|退款|退货|申请|换货)(被|给)(拒绝|驳回|关闭|拒)了?",
        r"(我|咱)(买|拍|订)的[^话].{0,7}(寄出|发出|发货|发)(了没|了吗|没有?[? ]*$)|(我|咱)(买|拍|订)的[^话].{0,5}能.{0,4}(发|到|寄)(吗|么|不)|(我|咱)(的)?(今天|明天|后天)能(收到|到)(吗|么|不)[? ]*$",
        r"(我|咱)(的|那|这)(一)?单(子)?.{0,3}(改成|改为|换成|取消[? ]*$)|(我|咱)(刚|刚刚|今天|昨天)?(下单|拍).{0,4}(地址|电话|尺码|颜色|型号)?错了?(.{0,6}(改|换)|[? ]*$)|(我|咱)的.{1,6}(漏发|少发|错发)",
        r"把(我|咱)(的|那个|这个)*.{0,4}(订单|单子|地址|电话|收件人|包裹|快递).{0,6}(改|换|取消|退|拦)",
        r"(发|寄)(给)?我的?(时候|之前|前).{0,6}(换|改|备注|加|放|写)",
        r"(改|换|修改|更改)(一?下)?(我的|我这|这个|这单)?(收货)?(地址|电话|手机号|收件人).{0,4}(帮|改成|改为|换成)|(地址|电话)(写|填|选)错了",
    ];
    /// Not all of an order came, or something else: the shop's rule for it may be in writing.
    MISSENT = [
        r"(少|漏)(发|寄|了|给)(了)?我?.{0,4}(一|两|1|2|件|个|东西|配件|赠品|货)|(发|寄|收到)(错|的不对|的不是)(了|货)?",
    ];
    /// How such a rule is headed.
    MISSENT_RULE = [
        r"(^|[^多])(少|漏|错)(发|寄|装|件|货|配)|缺(件|配|少)|(发|寄|装|收)到?(错|少|漏|的不对|的不是)|(配件|东西|件|货)(不|没)(发|送)?(齐|全)|没(发|寄|收|送)(齐|全)",
    ];
    /// The state of something that belongs to the buyer.
    OWN_STATE = [
        r"^.{0,12}(好|出来|到账?|退|寄|发货?|修|开|做|磨|刻|返我|批|审核?过?|约|出发|排)(给我)?(了吗|了没有?|好了吗|好没有?|没有?|了么)[? ]*$",
        r"^我(们|家)?的.{1,6}(呢|到哪.*|排到.*|几号.{0,3}|什么时候.{0,3})[? ]*$",
        r"(师傅|工程师|安装工)(几点|什么时候).{0,3}(到|来)|(帮|给)我.{0,6}(改成|改到|改一下|续一下|加急)|(钱|押金|款)退到哪",
        r"(你们?(说|答应)|我)(的|要|说|给我|好)*补(寄|发|给我)?的?.{0,8}(呢|没到|没寄|没发|没收到|还没.{0,4})[? ]*$|^我(们|家)?那.{1,8}(走|送|寄)?到哪",
        r"^(单号|快递单号|运单号)(是|多少|呢|发)?(多少)?[? ]*$|我(买|拍|订)的(那个|那副|那件|这个|东西)?什么时候(到|发)|(拍|买|下)错了.{0,4}(改|换)|约(的|了|好).{0,8}(没人|还没|没)来|(给|帮)我备注",
    ];
    /// What happened to something that belongs to the buyer. No rule tells that.
    OWN_FATE = [
        r"(我|咱)(的|这个|那个|这|那|刚|昨天|上次|买的|下的|申请的)*(订单|单子|单|退款|退货|售后|申请|快递|包裹|换货|补发).{0,8}(被|自动|莫名|突然|系统|无缘无故|给)?.{0,2}(关闭了|关闭的|关了|取消了|取消的|驳回|拒绝了|拒绝的|拒了|退回|拦截|停在|卡在|卡住|不动|查不到|没动静|异常|冻结|不见了)",
    ];
    /// But not if the buyer asks what is possible.
    IN_GENERAL = [r"能|可以|有没有|会|要不要|怎么"];
    /// How something is done, or why it happens.
    ASKS_HOW = [r"怎么(办|查|看|改|催|退|申请|取消|弄|处理|算|回事)|如何|怎样|在?哪里?(看|查|改|申请)|为什么|能不能|可以.{0,8}吗|能.{0,8}吗|多久|多长时间|几天|什么情况"];
    /// Goods and prices of others. The shop's knowledge does not tell them.
    ELSEWHERE = [r"(隔壁|别家|别的店|其他店|别人家|人家店|邻居|同行|拼多多|淘宝上|京东上|我们公司).{0,12}(坏|修|开不了|不制冷|为什么|便宜)"];
    /// When people answer.
    HOURS = [
        r"(几点|什么时候|什么时间|多晚)(钟|开始|才|会|能)*(客服|人工)?(上班|下班|营业|开门|关门|打烊|休息)",
        r"(上班|下班|营业|在线|工作|服务)(到|是|从)*(几点|什么时候|多晚|时间(是|到)*(几点|什么时候|多少|[?呢吗 ]*$))",
        r"(客服|人工).{0,4}(几点|什么时候|什么时间)(会|才)?(在|有人|在线)(线|啊|呢|呀)*[? ]*$",
        r"(周末|周[一二三四五六日天\d]|星期.|礼拜.|节假日|假期|过年|晚上|半夜|中午)(你们|客服|人工|店里)?(也|还|都)*(上班|营业|休息|有人|有客服|在线)(在|的)*(吗|么|不|没)",
    ];
    /// Others than those who answer in the chat.
    OTHERS_HOURS = [r"实体|门店|体验店|专卖店|茶室|茶馆|自提|线下|工厂|仓库|师傅|快递|安装|发货|物流|到店|银行|专柜|车间|展厅"];
    /// Facts that change by the minute.
    VOLATILE = [
        r"(现在|今天|目前|当前|这会|到手|券后|活动)?(价格|价钱|价位|售价|单价|到手价)(是|要)?(多少|几|怎么|现在|呢|\?|$)",
        r"多少(钱|块|元)|(^|[^十百千\d])几(钱|元)|几(米|块)(钱|一件|一个|一瓶|一条|一双|啊|呢|呀|[?!., ]|$)",
        r"(活动|秒杀|直播|直播间|折后|优惠|现)价(是|要|现在)*(多少|几|呢|[? ]*$)|(有|是)(没有|什么|个)?(活动|秒杀|直播)价|(^|[^能会要又再])降价(了)(吗|么|没)[? ]*$",
        r"^(这个|这款|这件|这条|这|它|你们?家?的?|价格|价钱)*(贵不贵|贵吗|贵么)[? ]*$",
        r"(现在|目前|今天|还)?(有没有|有|还有|剩|剩余|还剩).{0,6}(现货|存货|库存|货)(吗|么|没|不|呢|啊|多少|\?|$)",
        r"(库存|现货).{0,3}(多少|几|还有|够|有吗|有没有)|^.{0,8}(库存|现货)[? ]*$",
        r"(现在|今天|目前|这会|这个|这款)?(是)?什么价(位|格|钱)?([?啊呢呀 ]|$)|怎么卖的?([?啊呢呀 ]|$)",
        r"(什么时候|多久|还会|会不会|会|能)(再)?(补货|到货|来货|有货|补库存|上新)",
        r"(卖|断|没|缺)(完|货|光)了?(吗|么|没|没有|\?)",
        r"还有(吗|没|么|不)[? ]*$|(还有|剩|余)(下)?(几|多少)(件|个|台|条|双|瓶|盒|套|支|只)|便宜的(是)?(哪|什么)|(哪|什么).{0,4}最便宜",
        r"券还能领|(现在|今天)(下单|拍|买)(是)?(多少|几)|(今天|现在|明天|最近|过几天|下周|什么时候|双11|双12|618).{0,6}(降价|涨价|便宜)(吗|么|多少|\?|$)",
    ];
    /// Prices that the shop's rules set: 运费多少钱 has an answer that does not change by the minute.
    FEE = [
        r"(多少|几|几百)(钱|元|块)?(以上|起批|才能?|就能?|可以)(送|有|包|减|免|打折)|多少(钱|元|块)以上",
        // Any fee, but not 免费, 消费 and 花费; and what is done for a fee.
        r"[^免消花浪]费|(搬|抬|扛|背|吊|拉)(上|到|进|下|走|[一二两三四五六七八九十几\d]+楼)|上楼|楼(要|得|加)*多少钱|(发|寄|运|送|邮|快递)(到|往|去)\p{Han}{1,8}?(要|得)?多少(钱|块|元)|(寄存|存放|加急|刻字|改圈|抛光|清洗|保养|翻新|电镀|测量|量尺)(超期|逾期|一次|一下|一?天|要|得|是|收|大概)*(多少|几)(钱|块|元)|(价钱|价格|价)(是|都)?(怎么|如何|按什么)(算|计|核)",
        r"运费|邮费|包邮|免邮|免运|维修|修(一|好|下|要|得)|押金|定金|租|积.{0,2}分|打孔|打洞|钻|开孔|拆机|移机|安装|上门|辅材|\d分|百分|千分|(几|两|一|三|五)(百|千|万)(多)?分|保费|税|赔|差价|返|满减|满多少|升级|升到|会员|押(多少|几)|(加|补|差|扣|另付|另外付|贴)(多少|几)(钱|块|元)",
    ];
    /// Fragments that do not say what they are about.
    FRAGMENT = [
        r"^(那|那么|这|然后|所以|但是|可是|不过|就|还)?(怎么办|怎么弄|怎么搞|怎么说|怎么回事|什么意思|为什么|凭什么|可以吗|行吗|行不行|可以不|能吗|能不能|有吗|有没有|是吗|真的吗|真的|确定吗|多少|多久|几天|什么|哪个|哪里|谁|呢|然后呢|还有呢|怎么|是不是|对吗|好吗|好不好|可不可以|不行吗|不可以吗|要吗|会吗|吗|啊)(呢|啊|呀|哦|了|吧|[?!., ])*$",
        r"^[\p{P}\p{S}\s\d]*$",
    ];
}

/// One expression of several wordings, to find where they stand in a text.
fn any_of<S: Borrow<str>>(wordings: &[S]) -> Regex {
    Regex::new(&wordings.join("|")).expect("the guards' patterns are tested")
}

/// What holds a wording of [`REQUESTED`] and calls nobody: when people answer, how long they take, that none is wanted, what
/// is made by men. No mark stands in it: 转人工。什么时候发货 calls, and then asks.
static NOBODY: LazyLock<Regex> = LazyLock::new(|| {
    any_of(&[
        r"(客服|人工|真人)[^\p{P}\s]{0,6}(几点|什么时候|多晚|上班|下班|时间)",
        r"(人工)?(客服|人工|真人) ?(几点|什么时候|多晚)[^\p{P}\s]{0,3}(上班|下班|在线|休息|有人)",
        r"(转|接|找|联系)(一?下)?(人工|客服|人工客服)[^\p{P}\s]{0,3}(排队|等多久|多久([^发到退寄]|$)|慢不慢)",
        r"(不用|不要|不必|不需要|用不着|无需|别|不是要|不是想|不想|没说要)(再|给我|帮我|去|来)*(转接?|找|叫|要|接|用|联系|需要)?(人工|客服|真人)(了|的)?",
        r"(会|先|要|提前)[^\p{P}\s你]{0,3}(打|来|通)个?(电话|语音)[^\p{P}\s]{0,2}给我(吗|么|嘛|不|[?!., ]|$)",
        r"(请|要|来|叫|接|需要)(大人(的|陪|看|抱|扶|帮|码|款|穿|用|坐|骑)|(领导|老板|经理|主管)(喝|吃|抽|尝|用餐))",
        // Who comes to the house.
        r"(叫|找|请|要|让|喊|派)(个|一个|你们|位)*(人|师傅)来[^\p{P}]{0,4}(装|修|量|取|搬|拆|收|换|上门|看|挂|组|拼|洗|打孔|调|检)",
        r"(真人|活人)(的|版|模特)?(上身|试穿|试戴|实拍|实穿|出镜|秀|图|照|照片|模特|发|头发|假发|cs|比例|手办|佩戴|上手|上脸|试色|感|效果)",
        r"人工(费|智能|打|做|缝|制|造|成本|合成|草|充|操作|磨|雕|镶|检|养|培|繁|种植|栽|授粉|呼吸|皮革|晶体|安装|测量|钻|宝石|石|玉|水晶|珍珠|琥珀|泪液|关节|雪|沙)|(纯|全|半)人工|(是|用)人工的",
    ])
});

/// Neighbours who complain of the buyer: what that is asked for is quiet, and no complaint of the shop.
static NEIGHBOURS: LazyLock<Regex> = LazyLock::new(|| {
    any_of(&[
        r"(邻居|楼下|楼上|楼里|对门|隔壁|物业|室友|舍友|宿管|业主)[^\p{P}\s你]{0,4}(投诉|举报)([^你店商卖]|$)",
        r"(^|[^不着怕心会们你店家就要])(怕|担心|会不会|会)?被[^\p{P}\s你]{0,4}(投诉|举报)",
    ])
});

/// Words that may stand in small talk besides the greeting or the thanks: forms of address, particles, marks.
const FILLING: &str = r"亲|太|真|很|多|哈|啊|呀|呢|吧|了|啦|哦|喔|噢|嘞|的|那|就|先|我|你|您|们|宝|客服|老板|店家|掌柜|小二|美女|帅哥|小姐姐|小哥|请问|there|么么哒|爱你|[\p{P}\p{S}\s]";
const THANKS: &str = r"谢谢|蟹蟹|感谢|谢了|谢啦|多谢|谢|3q|thx|thanks|thank you|辛苦|麻烦";
const GOODBYE: &str = r"先?不买了|算了|下次吧|下次再说|改天再(说|来|买)|再见|拜拜|拜|88|886|bye|回头见|回聊|下次再来|下次聊|先这样|就这样|没事了|没有了|没了|不用了|没问题了|撤|闪|下线|晚安|走了";
const GREETING: &str = r"你好|请问|打扰(一下|了)?|您好|hi|hello|hey|nihao|哈喽|哈罗|嗨|嘿|喂|滴滴|早上好|上午好|中午好|下午好|晚上好|早安|早|有人在?(吗|么|没|不)|在不在线?|在线(吗|不|没)?|在(吗|嘛|么|不|没|否)?|我?(想|要)?(问|咨询|请教|打听)(一?下|个事儿?|点儿?事|个问题|你|问)+|有客服吗|亲|客服|老板|店家";
const ACKNOWLEDGE: &str = r"好的|好吧|好|行|可以|嗯|恩|哦|噢|okay|ok|收到|知道|明白|懂|了解|清楚|这样子?|原来如此|是的|对|没事|哈哈|呵呵|嘿嘿|不错|挺好|稍等|等一?下|我再?看看|我想想|考虑一下|得嘞|中|成";

/// Small talk by kind, in order of precedence: 好的谢谢 is thanks. A text is of a kind if it holds a word of that kind and
/// otherwise only words of later kinds and filling.
static SMALL_TALK: LazyLock<Vec<(Regex, SmallTalk)>> = LazyLock::new(|| {
    let kinds = [
        (
            THANKS,
            [GOODBYE, GREETING, ACKNOWLEDGE].as_slice(),
            SmallTalk::Thanks,
        ),
        (GOODBYE, &[ACKNOWLEDGE], SmallTalk::Goodbye),
        (GREETING, &[], SmallTalk::Greeting),
        (ACKNOWLEDGE, &[], SmallTalk::Acknowledge),
    ];
    kinds
        .into_iter()
        .map(|(own, lesser, talk)| {
            let any = [&[FILLING, own], lesser].concat().join("|");
            let whole = Regex::new(&format!("^(?:{any})*(?:{own})(?:{any})*$"));
            (whole.expect("the guards' patterns are tested"), talk)
        })
        .collect()
});

/// What the guards make of a normalised text. Several may hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Guards {
    /// The buyer asks for a person.
    pub requested: bool,
    /// The buyer complains.
    pub complaint: bool,
    /// The text touches health, safety, authenticity, fraud or law.
    pub risk: bool,
    /// The text asks whether something may be used by a child. Where the goods are not for children, that is a risk.
    pub child: bool,
    /// The text is about this buyer's own order.
    pub order_specific: bool,
    /// Is so only because not all came or something else did, for which a rule may be in writing; no reason by itself.
    pub missent: bool,
    /// The text asks for a fact that changes by the minute.
    pub volatile: bool,
    /// The text is about what others sell or own. This is no handoff reason by itself.
    pub elsewhere: bool,
}

/// A normalised text without the full stop that normalisation leaves at its end.
fn unstopped(normalised: &str) -> &str {
    normalised.trim().trim_end_matches(['。', ' '])
}

/// Runs the guards on a normalised text. `words` are the shop's own wordings that ask for a person.
pub fn guards(normalised: &str, words: &[String]) -> Guards {
    let text = unstopped(normalised);
    let calls = NOBODY.replace_all(text, " ");
    let own_order = ORDER_SPECIFIC.is_match(text)
        || OWN_FATE.is_match(text)
        || OWN_STATE.is_match(text) && !IN_GENERAL.is_match(text);
    let missent = MISSENT.is_match(text);
    Guards {
        requested: (REQUESTED.is_match(calls.trim())
            || words
                .iter()
                .any(|word| !word.is_empty() && calls.contains(word.as_str())))
            && !CALLER.is_match(text),
        complaint: complains(text),
        risk: risks(text) != Risks::default() && !story::beside_a_question(text),
        child: children::asks_for_a_child(text),
        order_specific: own_order || missent,
        missent: missent && !own_order,
        elsewhere: ELSEWHERE.is_match(text),
        volatile: VOLATILE.is_match(text) && !FEE.is_match(text),
    }
}

/// Whether a normalised text asks when people answer.
pub fn asks_hours(normalised: &str) -> bool {
    let text = unstopped(normalised);
    HOURS.is_match(text) && !OTHERS_HOURS.is_match(text)
}

/// Whether a normalised text complains.
pub fn complains(normalised: &str) -> bool {
    let own = NEIGHBOURS.replace_all(unstopped(normalised), " ");
    COMPLAINT.is_match(&own) && !OTHERS_COMPLAINT.is_match(&own)
}

/// Whether a normalised text heads a rule for orders of which not all came, or something else.
pub fn heads_missent(normalised: &str) -> bool {
    MISSENT_RULE.is_match(normalised)
}

/// Whether a normalised text asks how something is done. A written rule can tell that.
pub fn asks_how(normalised: &str) -> bool {
    ASKS_HOW.is_match(normalised) && !OWN_FATE.is_match(normalised)
}

/// The kind of small talk, if a normalised text is nothing else.
pub fn small_talk(normalised: &str) -> Option<SmallTalk> {
    let text = unstopped(normalised);
    SMALL_TALK
        .iter()
        .find_map(|(whole, talk)| whole.is_match(text).then_some(*talk))
        .or_else(|| FRAGMENT.is_match(text).then_some(SmallTalk::Fragment))
}

/// Whether a message, as written, consists only of emoji: 👍 means 好的.
pub fn is_gesture(text: &str) -> bool {
    let emoji = |c| matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}');
    let joined = |c| matches!(c, '\u{200d}' | '\u{fe0f}');
    text.contains(emoji)
        && text
            .chars()
            .all(|c| emoji(c) || joined(c) || c.is_whitespace())
}

#[cfg(test)]
mod tests;
