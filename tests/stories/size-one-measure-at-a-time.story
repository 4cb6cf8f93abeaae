shop: yunshang
product: YS-D101

> 穿什么码
= clarify rule:size.ask "身高"
> 160
= clarify rule:size.ask "体重"
> 100斤
= answer size:dress "M 码"
