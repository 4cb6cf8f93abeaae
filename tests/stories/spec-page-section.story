shop: zhiju
product: KJ500-A2

> 安装说明
= answer product:KJ500-A2#安装说明 "20cm"
> 包装清单
= answer product:KJ500-A2#包装清单 "合格证"
