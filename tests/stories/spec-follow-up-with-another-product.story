shop: zhiju

> R7吸力多大
= answer spec:SD-R7/吸力 "6000Pa"
> 那R9呢
= answer spec:SD-R9/吸力 "11000Pa"
