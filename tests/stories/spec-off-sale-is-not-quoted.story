shop: beiyou

> 瑞禾3段保质期多久
= handoff reason:not_in_force
