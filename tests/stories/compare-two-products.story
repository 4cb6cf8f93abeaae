shop: yunshang

> 羊绒大衣和卡其风衣有什么区别
= answer rule:spec.compare spec:YS-W501/面料成分 spec:YS-W503/面料成分
