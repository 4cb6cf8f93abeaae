shop: yunshang
product: YS-D102

> 平时穿M码
= clarify rule:size.ask "身高"
> 163
= clarify rule:size.ask "体重"
> 105
= answer size:dress
