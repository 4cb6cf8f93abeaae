shop: yunshang
product: YS-D101

> 什么面料
= answer spec:YS-D101/面料成分 "聚酯纤维100%"
> 有里衬吗
= answer spec:YS-D101/里料
> 产地哪里
= answer spec:YS-D101/产地 "浙江杭州"
