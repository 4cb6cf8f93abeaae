shop: yunshang
product: YS-D101

> 在吗
= answer script:greeting
> 什么面料
= answer spec:YS-D101/面料成分
> 好的谢谢啦
= answer script:thanks
