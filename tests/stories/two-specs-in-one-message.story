shop: zhiju
product: DF-40I

> 功率多大 线够不够长
= answer spec:DF-40I/额定功率 spec:DF-40I/电源线长
