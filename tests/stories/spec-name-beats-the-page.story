shop: yunshang
product: YS-D101

> 什么面料
= answer spec:YS-D101/面料成分
> 羊绒大衣是什么面料
= answer spec:YS-W501/面料成分 "山羊绒30% 绵羊毛70%"
