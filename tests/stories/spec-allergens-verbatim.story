shop: beiyou
product: D05

> 溶豆有哪些过敏原
= answer spec:D05/过敏原 "含乳"
> 配料有哪些
= answer spec:D05/配料 "酸奶"
