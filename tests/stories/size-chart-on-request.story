shop: yunshang
product: YS-D101

> 发一下尺码表
= answer size:dress "150-157"
> 160cm 100斤穿什么码
= answer size:dress "M 码"
