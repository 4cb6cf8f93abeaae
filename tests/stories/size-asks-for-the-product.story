shop: yunshang

> 163 105斤穿多大
= clarify rule:product.ask
> 小黑裙 163 105斤穿多大
= answer size:dress
