shop: beiyou
product: C07

> 睡袋给72公分的娃买哪个
= clarify rule:size.ask "体重"
> 身高95 体重14斤的睡袋穿什么码
= handoff reason:no_match
