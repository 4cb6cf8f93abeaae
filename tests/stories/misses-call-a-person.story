# The second miss in a row calls a person ([handoff] after_misses = 2), whatever was asked.
shop: yunshang

> 你们卖挖掘机吗
= handoff
> 谢谢
= answer
> 你们卖挖掘机吗
= handoff reason:repeated rule:repeated
> 转人工
= handoff reason:requested
