shop: yunshang

> 小黑裙什么面料
= answer spec:YS-D102/面料成分
> 有里料吗
= answer spec:YS-D102/里料
> 产地是哪里
= answer spec:YS-D102/产地
