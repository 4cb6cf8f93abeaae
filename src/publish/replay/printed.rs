//! Prints a replay.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Replay;
use crate::RULES;

impl fmt::Display for Replay {
    /// The proof in print: the question and the answer, and the file, row and day that they come from.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zone = TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC);
        let local = |at: Timestamp| {
            at.to_zoned(zone.clone())
                .strftime("%Y-%m-%d %H:%M:%S %:z")
                .to_string()
        };
        let record = &self.record;
        writeln!(f, "店铺　{}", record.shop)?;
        writeln!(f, "时间　{}", local(record.question.at))?;
        let asked = &self.asked;
        for earlier in &asked.previous {
            writeln!(f, "此前　{earlier}")?;
        }
        writeln!(f, "提问　{}", asked.text)?;
        if let Some(product) = &asked.product {
            writeln!(f, "商品　{product}")?;
        }
        if let Some(order) = &asked.order {
            writeln!(f, "订单　{order}")?;
        }
        writeln!(
            f,
            "答复　{}",
            record.decision.reply.replace('\n', "\n　　　")
        )?;
        for source in record.decision.parts.iter().flat_map(|part| &part.sources) {
            let until = source
                .valid_until
                .as_ref()
                .map(|until| format!("，有效期至 {until}"))
                .unwrap_or_default();
            writeln!(
                f,
                "出处　{}（{} 第 {} 行{until}）",
                source.id, source.file, source.row
            )?;
            writeln!(f, "　　　{}", source.snippet.replace('\n', "\n　　　"))?;
        }
        let published = self
            .published
            .as_ref()
            .map(|line| format!("，{} 发布", local(line.at)))
            .unwrap_or_default();
        writeln!(
            f,
            "快照　{}{published}，清单 {}",
            record.decision.receipt.snapshot, record.manifest
        )?;
        writeln!(
            f,
            "规则　{}（zhike {}，规则版本 {}）",
            record.decision.receipt.rule, record.version, record.rules
        )?;
        writeln!(f, "封印　{}", record.seal)?;
        match (self.identical, record.rules == RULES) {
            (true, _) => write!(f, "核对　快照文件与清单一致，重放结果逐字节相同"),
            (false, _) if self.agrees => write!(
                f,
                "核对　快照文件与清单一致，重放的结论、答复与出处相同{}",
                match record.decision.handoff.is_some() {
                    true => "（转人工时怎么说等候，以当时的记录为准）",
                    false => "",
                }
            ),
            (false, true) => write!(f, "核对　重放结果不同：{}", self.again.reply),
            (false, false) => write!(
                f,
                "核对　重放结果不同，当时的规则版本是 {}，现在是 {RULES}；请用 zhike {} 重放",
                record.rules, record.version
            ),
        }
    }
}
