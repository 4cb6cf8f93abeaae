shop: yunshang
product: YS-W503

> 有哪些颜色
= answer product:YS-W503 "卡其"
> 有黑色吗
= answer product:YS-W503 "藏青"
> 有2XL码吗
= answer product:YS-W503 "2XL"
