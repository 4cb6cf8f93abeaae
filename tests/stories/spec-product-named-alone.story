shop: zhiju

> 功率多大
= clarify rule:product.ask
> DSH-17
= answer spec:DSH-17/额定功率
