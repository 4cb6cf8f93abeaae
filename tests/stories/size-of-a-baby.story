shop: beiyou
product: N01

> 我家宝 14斤 穿几号
= answer size:diaper
> 长到20斤穿几号
= answer size:diaper "L 码"
