//! Illnesses by family. What a shop says of one does not answer a question about another: 高血压能喝吗 is no answer to 痛风能喝吗.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::{Wordings, any_of};

/// Wordings of the families, one bit each.
const FAMILIES: &[&str] = &[
    r"糖尿病|血糖|糖友|控糖人群|三高",
    r"血压|三高",
    r"血脂|胆固醇高|三高",
    r"痛风|尿酸|嘌呤高",
    r"乳糖(不耐|过敏)|(牛奶|喝奶|奶)不耐受",
    r"蚕豆病|g6pd",
    r"苯丙酮尿|乳糜泻|麸质(不耐|过敏)",
    r"肾(病|炎|衰|虚|功能|结石|不好)|尿毒症|透析",
    r"肝(病|炎|硬化|不好|功能)|乙肝|脂肪肝",
    r"胃(病|炎|溃疡|不好|寒|酸)|肠炎|肠胃(炎|不好)",
    r"心脏(病|不好|有|支架|搭桥|手术)|冠心|心梗|心绞|早搏|房颤|起搏器|血栓",
    r"哮喘|支气管|肺(炎|结核|气肿|不好)|慢阻肺",
    r"甲亢|甲减|甲状腺|桥本",
    r"贫血|缺铁|缺血|凝血",
    r"结石",
    r"结节|囊肿|肌瘤|肿瘤|癌|化疗|放疗",
    r"术后|手术(后|完|过|没多久)|做了?手术|刚(剖|顺产|手术)",
    r"(经期|生理期|月经|例假|姨妈)(来了?|期|时候?|的时候|期间|在)?.{0,2}(能|可以|可不可以|敢)",
    r"感冒|发烧|新冠|咳嗽",
    r"癫痫|帕金森|老年痴呆|抑郁|失眠(的人|患者|人群)?(能|可以)",
    r"牛皮癣|银屑病|红斑狼疮|白癜风|玫瑰痤疮|脂溢性",
    r"鼻炎|咽炎|扁桃体",
    // No illness, but what is said of pregnancy does not hold for it either.
    r"哺乳(期|妈妈|的|能|可以)",
];

const _: () = assert!(FAMILIES.len() <= 32);

static NAMED: Wordings =
    LazyLock::new(|| RegexSet::new(FAMILIES).expect("the guards' patterns are tested"));

/// An illness, and what one who has it may do; or a word that nothing but an illness has.
static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    const MAY: &str = r"(患者|病人|人群|的?人|者|了|的时候|期间|时)*(也|还|就|,)*(能不能|可不可以|能|可以|适合|适宜|敢|不能|不可以)(直接|长期|放心)*(使用|用|吃|喝|服|饮|食|涂|抹|擦|敷|穿|戴|睡|坐|骑|泡|做)";
    any_of(&[
        format!(r"(^|[^毛疵通弊])\p{{Han}}(病|炎|症|癌|瘤){MAY}"),
        format!(r"(三高|感冒|新冠|尿酸|嘌呤|结石|失眠|抑郁|经期|生理期|月经期?|来例假|(来|大)姨妈来?){MAY}"),
        r"痛风|尿酸(高|偏高|有点高)|乳糖(不耐|过敏)|奶不耐受|蚕豆病|g6pd|苯丙酮尿|乳糜泻|麸质(不耐|过敏)|三高(人群|患者)|高血脂|血脂(高|偏高)|低血糖|甲亢|甲减|甲状腺|桥本|(甲状腺|乳腺|肺)结节|肌瘤|贫血|心梗|冠心|血栓|尿毒症|透析|化疗|放疗|术后|手术(后|完)(能|可以)|(肾|胆)结石|乙肝|脂肪肝|肝硬化".to_owned(),
    ])
});

/// The families that a normalised text names, one bit each.
pub(super) fn illnesses(text: &str) -> u32 {
    NAMED.matches(text).iter().fold(0, |set, at| set | 1 << at)
}

/// Whether a normalised text asks what one who has an illness may do, or names one.
pub(super) fn asks_with_an_illness(text: &str) -> bool {
    ASKED.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::normalise;

    #[test]
    fn families_are_told_apart() {
        let family = |text: &str| illnesses(&normalise(text));
        assert_eq!(family("糖尿病能吃吗"), family("血糖高的人能吃吗"));
        assert_eq!(
            family("三高能吃吗") & family("高血压能喝吗"),
            family("高血压")
        );
        assert_eq!(family("痛风能吃吗") & family("高血压能喝吗"), 0);
        assert_eq!(family("哺乳期能用吗") & family("孕妇可用:可以"), 0);
        assert_eq!(family("这款多重"), 0);
    }

    #[test]
    fn an_illness_is_told_from_what_only_sounds_like_one() {
        for (text, ill) in [
            ("痛风能吃黑芝麻丸吗", true),
            ("尿酸高可以吃燕麦片吗", true),
            ("乳糖不耐受能吃溶豆吗", true),
            ("蚕豆病能吃吗", true),
            ("三高人群可以喝吗", true),
            ("甲亢能吃吗", true),
            ("术后能用吗", true),
            ("经期能敷吗", true),
            ("克罗恩病患者可以喝吗", true),
            ("关节炎能用吗", true),
            ("白血病人能吃吗", true),
            // Look-alikes.
            ("有毛病能退吗", false),
            ("不含乳糖吗", false),
            ("里面有乳糖吗", false),
            ("经期裤能机洗吗", false),
            ("蚕豆什么时候发货", false),
            ("失眠枕头多高", false),
            ("能用多久", false),
            ("心脏形状的项链有吗", false),
            ("手机支架能用吗", false),
            ("血糖试纸能用多久", false),
            ("感冒灵有吗", false),
        ] {
            let text = normalise(text);
            assert_eq!(asks_with_an_illness(&text), ill, "{text}");
        }
    }
}
