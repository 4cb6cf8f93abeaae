shop: yunshang
product: YS-S201

> 该穿几码
= clarify rule:size.ask
> 155 88
= answer size:tops "S 码"
