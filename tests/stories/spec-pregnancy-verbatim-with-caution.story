shop: huanya
product: HY-F01

> 孕妇可用吗
= answer spec:HY-F01/孕妇可用 "使用前请先咨询医生"
