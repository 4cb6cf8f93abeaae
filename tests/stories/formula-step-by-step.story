shop: beiyou

> 牧兰朵3段适合多大
= answer spec:F103/适用年龄 "12-36个月"
> 冲调水温是多少
= answer spec:F103/冲调水温
> 开罐后多久吃完
= answer spec:F103/开罐后
