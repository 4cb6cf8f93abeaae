//! A word of illness or pregnancy in what a buyer tells beside a question that has nothing to do with it: 老婆怀孕了，几天能到.

use std::sync::LazyLock;

use regex::Regex;

use super::any_of;
use super::risks::{Risks, risks};
use crate::text::normalise::normalise;

/// What is told of somebody's health, and who told it. Harm (a rash, a wound, pain) is no story.
static TOLD: LazyLock<Regex> = LazyLock::new(|| {
    any_of(&[
        r"孕妇|怀孕|备孕|孕期|孕早期|孕晚期|怀着孕|怀了孕|有身孕|哺乳期?|坐月子|月子里|喂奶|住院|医院|看(了|过)?医生|医生|糖尿病|高血压|低血糖|哮喘|心脏病|癫痫|血压(高|低)|血糖(高|低)|脑梗|中风|白内障|青光眼|(肾|肝|胃|肠胃|心脏|血压|血糖|血脂)(不好|不太好|有问题|有毛病)",
    ])
});

/// What is asked of the shop, the parcel or the figures of the goods, whoever they are for.
static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
    any_of(&[
        r"(发|走|用|寄)(的)?(什么|哪个|哪家)(快递|物流)|(几天|多久|什么时候|几号|当天|今天|明天|次日)(能|可以|会)?(发|到|寄|送)|包邮|运费|邮费|发票|专票|送货|上楼|安装|(怎么|如何)(量|测|填|拍|发|传|提供|下单|付|买|装|退|换|剪|接|洗)|优惠|分期|花呗|实体店|(能|可以|能不能|可不可以|支持)(退|换|配|开|剪|定做|定制|货到付款|刻字|分期)|多(重|高|长|宽|厚|深)|尺寸|重量|几(斤|瓦|速)|多少(瓦|克|斤|厘米|cm|kg)|(什么|哪些|几种|几个)颜色",
    ])
});

/// What is done with goods, or what they do to one: asked with such a word, a story is the heart of the matter.
static TOUCHES: LazyLock<Regex> = LazyLock::new(|| {
    any_of(&[
        r"(能|可以|不能|可不可以|会不会|敢|好)(用|吃|喝|穿|戴|睡|骑|坐|抱|碰|闻|涂|擦)|用(吗|么|不)|适合|合适|影响|安全|有害|有毒|危险|刺激|伤|味|甲醛|辐射|放心|成分|含|添加|要紧|没事|怎么办|行吗|可以吗|能吗|赔",
    ])
});

/// What the goods did to somebody: then nothing is a mere story.
static BEFELL: LazyLock<Regex> = LazyLock::new(|| {
    any_of(&[
        r"(用|吃|喝|穿|戴|坐|骑|睡|涂|擦|抹|装|摔|闻)(了|完|过|着|后|之后|出|进|坏|伤)|(进|送|去)了?(医院|急诊)|害|导致|因为你|被你们",
    ])
});

/// Whether what a normalised text says of health is told beside a question that it does not touch. Any doubt makes it a
/// matter of health.
pub(super) fn beside_a_question(text: &str) -> bool {
    let Some(last) = TOLD.find_iter(text).last() else {
        return false;
    };
    let behind = &text[last.end()..];
    let question = behind
        .split([',', '.', '!', ';', '?', ' '])
        .rfind(|stretch| !stretch.is_empty());
    question.is_some_and(|question| {
        HARMLESS.is_match(question)
            && !TOUCHES.is_match(behind)
            && !BEFELL.is_match(text)
            && risks(&TOLD.replace_all(text, "")) == Risks::default()
    })
}

/// A message without the story that it tells of somebody's health before a question which that does not touch, where a mark
/// parts them: 几天能到 of 老婆怀孕了，几天能到. Any other message as it is.
pub fn without_story(text: &str) -> &str {
    let marks = ['，', ',', '。', '！', '!', '；', ';', ' ', '\n'];
    let whole = text.trim_end_matches(marks);
    let Some((story, question)) = whole.rsplit_once(marks) else {
        return text;
    };
    let tells = |text: &str| TOLD.is_match(&normalise(text));
    match tells(story) && !tells(question) && beside_a_question(&normalise(text)) {
        true => question,
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_is_told_from_a_matter_of_health() {
        for (text, story) in [
            ("老婆怀孕了，几天能到", true),
            ("医生说我散光100能配吗", true),
            ("医院验光的单子怎么发给你们", true),
            ("亲我不会量瞳距医院单子上也没写咋量", true),
            ("给住院的老人买的，发什么快递", true),
            ("医生让我多骑车，疾风多重", true),
            ("家里有孕妇，灯带能剪吗", true),
            ("我糖尿病 包邮吗", true),
            // Look-alikes.
            ("孕妇能用吗", false),
            ("怀孕了能吃吗", false),
            ("怀孕了，能用吗", false),
            ("老婆怀孕了，这个有味道吗，几天能到", false),
            ("孕妇适合吗", false),
            ("怀孕可以骑吗多重", false),
            ("糖尿病含糖吗", false),
            ("高血压能戴吗", false),
            ("孕妇能坐几斤", false),
            ("喝完进医院了怎么退", false),
            ("用了以后住院了，怎么退", false),
            ("孕妇穿了肚子痛，能退吗", false),
            ("怀孕了用了过敏，几天能退", false),
            ("住院了赔多少钱，怎么退", false),
            ("医生说不能用，有影响吗", false),
            ("包邮吗", false),
        ] {
            assert_eq!(beside_a_question(&normalise(text)), story, "{text}");
        }
    }

    #[test]
    fn a_story_leaves_the_question() {
        for (text, left) in [
            ("老婆怀孕了，几天能到", "几天能到"),
            ("家里有孕妇 灯带能剪吗", "灯带能剪吗"),
            ("医生说我散光100能配吗", "医生说我散光100能配吗"),
            ("怀孕了，能用吗", "怀孕了，能用吗"),
            ("前天买的，怎么还没发货", "前天买的，怎么还没发货"),
        ] {
            assert_eq!(without_story(text), left, "{text}");
        }
    }
}
