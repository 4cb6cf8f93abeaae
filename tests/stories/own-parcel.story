shop: beiyou
product: F101

> 保质期多久
= answer spec:F101/保质期 "24个月"
> 我的包裹到哪了
= handoff reason:order_specific
