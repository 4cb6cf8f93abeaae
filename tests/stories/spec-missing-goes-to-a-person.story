shop: yunshang

> 雪地靴鞋底什么材质
= answer spec:YS-X603/鞋底材质
> 雪地靴跟高多少
= handoff reason:no_match
