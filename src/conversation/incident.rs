//! Tells whether a message reports harm that was done, or asks whether harm might be done. Pure.
//!
//! A buyer who was hurt comes first and is told what to do. A buyer who asks before buying is not. A doubtful message
//! counts as harm done: one apology too many is better than a burn that waits.

use std::sync::LazyLock;

use regex::Regex;

use crate::answer::guard;
use crate::text::normalise::normalise;

/// Words for harm, and for places where one goes then.
const HARM: &str = "过敏|红肿|起疹|烂脸|中毒|医院|就医|急诊|受伤|烫伤|触电|漏电|起火|着火|冒烟|爆炸|窒息|误食|误吞|拉肚子|呕吐";

macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $pattern:expr;)*) => {
        $($(#[$doc])* static $name: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(&$pattern.replace("HARM", HARM)).expect("the built-in pattern is valid")
        });)*
    };
}

patterns! {
    /// Any word of harm.
    HARMED = "HARM";
    /// Words of harm in the name of a protection, or denied: 漏电保护, 防烫伤, 不过敏, 过敏原.
    KEPT_OFF = "(?:防止|防|抗|避免|预防|不容易|不易|不会|不|低|没有|没)(?:HARM)|(?:HARM)(?:保护|报警|开关|险|测试|检测|原|源)|(?:比|跟|和|像)医院|医院(?:同款|里的|用的)";
    /// Words for what is not so but might be.
    MIGHT = "会不会|是否会|会|容不容易|容易|有没有可能|可能|怕|担心|如果|万一|要是|假如|假设";
    /// A clause that asks or supposes.
    ASKS = r"[吗么嘛吧呢不?]$|会不会|是否|容不容易|有没有|能不能|可不可以|是不是|哪|什么|多少|怎么|如果|万一|要是|假如|假设|怕|担心";
    /// Whether goods suit somebody, or which goods do: 能用吗, 喝哪款, 有没有影响.
    FITS = r"(?:能|可以|可|敢|适合|合适)(?:不能|不可以)?[^,.!?;\s]{0,8}(?:用|穿|喝|吃|戴|买|涂|敷|抹|擦|洗|盖|睡|贴|铺|泡|入|拍|选)[^,.!?;\s]{0,6}(?:吗|么|嘛|不|没|呢|吧|\?|$)|适合|适不适|合适|哪(?:款|个|种|一|些)|推荐|(?:有|会)(?:没有|不会有|什么|啥)?(?:影响|伤害|危害|危险)|安全(?:吗|么|嘛|不|性)|安不安全";
    /// Something has happened or is going on.
    HAPPENED = r"(?:^|[^为除])了(?:[^解不]|$)|过后|完后?|已经|刚|昨|今[天早晚]|前天|上[周次]|现在|一直|之后|以后|出现|怎么办|咋办|咋整|继续|还(?:能|可以|要|在)|严重|难受|不舒服|疼|痛|痒|起了|肿|送医|住院";
    /// Something was found in or on goods that arrived.
    FOUND = r"收到|到手|拿到|买到|打开|拆开|里面?有|发现|全是|感觉|怀疑|疑似|明显|怎么回事|就是假|有股|一股|冒|(?:夹|划|割|烫|砸|扎)到";
    /// A state of health that goods are asked about with. It is no harm by itself.
    CONDITION = "孕妇|怀孕|备孕|孕[早中晚]?期?|哺乳期?|月子|喂奶|胎儿|起搏器|糖尿病|[高低]血[压糖脂]|哮喘|心脏病|癫痫";
    /// One clause. A question mark stays with its clause.
    CLAUSE = r"[^,.!;~\s、。?]+\??";
}

/// Whether the words tell that somebody is hurt, or may be at this moment. A buyer who asks whether goods might hurt is
/// not.
pub(super) fn is_harm(words: &str) -> bool {
    let text = KEPT_OFF.replace_all(&normalise(words), "、").into_owned();
    if !HARMED.is_match(&text) {
        return false;
    }
    let told = told(&text, |after| HARMED.is_match(after));
    HAPPENED.is_match(&told) || HARMED.is_match(&told) && !FITS.is_match(&text)
}

/// Whether the words tell that goods did harm, were bad or were not genuine, so that a picture helps. 孕妇能用吗 and 是正品吗 do
/// not.
pub(super) fn is_incident(words: &str) -> bool {
    let text = CONDITION.replace_all(&normalise(words), "人").into_owned();
    let risks = guard::risks(&text);
    let told = told(&text, |_| true);
    (risks.health || risks.danger || risks.spoiled || risks.authenticity)
        && (HAPPENED.is_match(&told) || FOUND.is_match(&told))
        && !FITS.is_match(&text)
}

/// The clauses of a text without those that only think of something `feared`. 穿了会不会过敏 leaves nothing, 脸过敏了会不会更过敏 does.
fn told(text: &str, feared: impl Fn(&str) -> bool) -> String {
    let only_thought_of = |clause: &str| {
        let Some(might) = MIGHT.find(clause) else {
            return false;
        };
        let (before, after) = clause.split_at(might.start());
        !HARMED.is_match(before) && feared(after) && ASKS.is_match(clause)
    };
    let clauses = CLAUSE.find_iter(text).map(|clause| clause.as_str());
    let told: Vec<&str> = clauses.filter(|clause| !only_thought_of(clause)).collect();
    told.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harm_done_is_told_from_harm_feared() {
        let done = "我对这个面料过敏起疹子了怎么办|用了之后脸上过敏红肿|宝宝喝了奶粉拉肚子|换了奶拉肚子拉得厉害|插座漏电了|\
            吃了你们米粉嘴边一圈红肿|喝了拉肚子正常吗|用你们的面霜过敏|我用了你们的面霜过敏了还能用吗|过敏了能退吗|过敏怎么办|\
            误食了干燥剂|孩子误吞了一颗纽扣电池|充电器冒烟|充电宝冒烟了，会不会爆炸|脸过敏了会不会更严重|宝宝过敏了，还能继续喝吗|\
            用了脸上红肿，会不会是过敏|插座会漏电，吓死我了|我用别的都不过敏，用你们的就过敏|吃了会拉肚子，怎么办|\
            宝宝拉肚子还能喝吗|昨天用了今天红肿，能用别的吗|风扇起火|皮肤过敏求赔偿|热水袋爆炸把我烫伤了";
        let feared = "敏感肌穿会不会过敏|对牛奶蛋白过敏喝哪款|这个插座会漏电吗|酒精过敏的人能用吗|穿了会不会过敏|喝了会拉肚子吗|\
            过敏体质能用吗|我皮肤容易过敏，这个能用吗|万一过敏了怎么办|如果用了过敏可以退吗|有漏电保护吗|这个防烫伤吗|含过敏原吗|\
            充电宝会不会爆炸|怕过敏，适合敏感皮吗|担心宝宝过敏，推荐哪款|孩子对鸡蛋过敏能吃吗|我对羊毛过敏可以穿哪件|\
            这个不过敏吧|牛奶蛋白过敏的宝宝能喝这个羊奶不|贴身穿容易过敏吗|用了不会烂脸吧|要是起火了怎么赔|这个面霜孕妇能用吗";
        let wrong: Vec<&str> = (done.split('|').filter(|words| !is_harm(words)))
            .chain(feared.split('|').filter(|words| is_harm(words)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn a_picture_is_asked_of_what_happened() {
        let happened = "收到的面霜是假货|感觉不是正品，跟专柜不一样|打开里面有虫子|奶粉发霉了|孩子夹到手了怎么办|\
            插座冒火花|电池鼓包了|我怀疑是假货";
        let asked = "这个是正品吗|是不是假货啊|这个面霜孕妇能用吗|怀孕了能用吗|怀孕三个月了想买防辐射服|哺乳期能用这个精华吗|\
            含不含甲醛|乳糖不耐受能喝吗|装心脏起搏器的人能用吗|家里有宝宝用加湿器安全吗|孕妇用了有影响吗|假一赔几|会长虫吗|\
            放久了会不会有毒|保证正品吗";
        let wrong: Vec<&str> = (happened.split('|').filter(|words| !is_incident(words)))
            .chain(asked.split('|').filter(|words| is_incident(words)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
