shop: yunshang
product: YS-D102

> 160cm 100斤穿什么码
= answer size:dress "M 码"
> 那我108斤呢
= answer size:dress "M 码"
> 那我118斤呢
= answer size:dress "L 码"
