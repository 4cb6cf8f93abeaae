shop: yunshang
product: YS-D101

> 什么面料
= answer
> 转人工
= handoff reason:requested
