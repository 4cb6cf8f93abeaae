shop: yunshang

> 163 105斤穿什么码
= clarify rule:product.ask
> 小黑裙
= answer size:dress
