//! Columns that say of what they tell a property: 整车重量, 灯体高度.

use super::{Slot, SpecNames, Target, WORDS};

/// Properties of goods by the first names of their groups, which merchants' columns often say of what (整车重量). 材质 is
/// none: 鞋底材质 tells of a part alone.
const PROPERTIES: &[&str] = &[
    "重量", "尺寸", "功率", "颜色", "高度", "长度", "宽度", "厚度",
];

/// What makes a property that of others: 承重量 is no 重量, 适用长度 none of the goods.
const OF_OTHERS: [char; 5] = ['承', '载', '负', '限', '体'];

/// Things that come with goods, and those whom they are for.
const BESIDE: &[&str] = &[
    "包装",
    "外箱",
    "纸箱",
    "快递",
    "配件",
    "赠品",
    "电池",
    "充电",
    "待机",
    "适用",
    "适合",
    "适配",
    "建议",
    "推荐",
    "最大承",
    "收缩",
    "收纳",
    "折叠",
    "打包",
    "运输",
];

impl SpecNames {
    /// The specs of a product that tell the 材质 of its body: 竿体材质, 机身材质. 鞋底材质 is that of a part.
    pub(in crate::answer::spec) fn of_body(&self, product: u32, target: Target) -> Vec<Slot> {
        let word = self.title(target);
        let names = self.slots[product as usize].iter();
        let of_body = |name: &str| {
            name.strip_suffix(word)
                .is_some_and(|part| part.ends_with(['体', '身']))
        };
        names
            .filter(|(name, _)| word == "材质" && of_body(&self.names[*name as usize].text))
            .map(|&(_, slot)| slot)
            .collect()
    }

    /// The specs of a product whose names end in a name of what is asked for: 整车重量 and 填充重量 tell a 重量. What is of
    /// something that comes with the goods, or of whom they are for, does not (包装重量, 适用体重, 承重).
    pub(in crate::answer::spec) fn headed(&self, product: u32, target: Target) -> Vec<Slot> {
        let groups: Vec<u16> = match target {
            Target::Name(name) => self.names[name as usize].groups.clone(),
            Target::Group(group) => vec![group],
            Target::Core(_) => Vec::new(),
        };
        // Only what any goods have: a name that the table does not know may mean anything.
        let of_goods = groups.iter().map(|&group| WORDS.group(group));
        let mut words: Vec<&str> = of_goods
            .filter(|group| PROPERTIES.contains(&group.names[0]))
            .map(|group| group.names[0])
            .collect();
        if let Target::Name(name) = target {
            // 毛重 asks for no 净重.
            let asked = self.names[name as usize].text.as_str();
            words.retain(|word| *word == asked);
        }
        let names = self.slots[product as usize].iter();
        names
            .filter(|(name, _)| {
                let name = &self.names[*name as usize];
                let tells = |word: &&str| {
                    let before = name.text.strip_suffix(*word);
                    before.is_some_and(|before| {
                        !before.ends_with(OF_OTHERS) && !BESIDE.iter().any(|it| before.contains(it))
                    })
                };
                !name.yes_or_no && words.iter().any(tells)
            })
            .map(|&(_, slot)| slot)
            .collect()
    }
}
