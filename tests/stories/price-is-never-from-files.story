shop: yunshang
product: YS-W501

> 什么面料
= answer spec:YS-W501/面料成分
> 现在多少钱
= handoff reason:volatile_fact
> 黑色M还有货吗
= handoff reason:volatile_fact
