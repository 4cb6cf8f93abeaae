shop: yunshang
product: YS-D102

> 可以搭配什么
= answer rule:goes_with "尖头细跟单鞋"
