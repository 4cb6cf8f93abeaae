shop: huanya

> 防晒乳里有酒精吗
= answer spec:HY-S01/是否含酒精 "含（乙醇）"
> 那凝霜呢
= answer spec:HY-F02/是否含酒精
