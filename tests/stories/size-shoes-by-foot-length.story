shop: yunshang
product: YS-X604

> 买多大的
= clarify rule:size.ask "脚长"
> 脚长23.3厘米
= answer size:shoes "37 码"
